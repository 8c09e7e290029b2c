/**
 * XGBoost's JSON model for `binary:logistic`: float32 inputs and thresholds, `x < threshold` goes left, a missing value goes where the
 * node says, and the leaves are summed in float32 in the order of the trees, from the base margin on (library notes, 2026-11-23).
 */
import * as z from 'zod';
import { log } from '../model/math.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { Ensemble, ModelProblem } from './ensemble.ts';

const numbers = z.array(z.number());
const treeSchema = z.object({
  left_children: numbers,
  right_children: numbers,
  split_indices: numbers,
  split_conditions: numbers,
  default_left: z.array(z.union([z.number(), z.boolean()])),
  split_type: z.array(z.literal(0, 'categorical splits are not supported')),
});
const modelSchema = z.object({
  learner: z.object({
    gradient_booster: z.object({ name: z.literal('gbtree'), model: z.object({ trees: z.array(treeSchema).min(1) }) }),
    learner_model_param: z.object({ base_score: z.string(), num_feature: z.string(), num_class: z.enum(['0', '1']) }),
    objective: z.object({ name: z.literal('binary:logistic') }),
  }),
});

type XgboostTree = z.infer<typeof treeSchema>;

/** Reads a model that `save_model` has written as JSON. */
export function readXgboost(json: unknown): Result<Ensemble, ModelProblem> {
  const parsed = modelSchema.safeParse(json);
  if (!parsed.success) return err(`the XGBoost model cannot be read: ${z.prettifyError(parsed.error)}`);
  const { gradient_booster, learner_model_param } = parsed.data.learner;
  // A number, or a list of one: 3.x writes "[5E-1]".
  const baseScore = Number(learner_model_param.base_score.replace(/^\[(.*)\]$/, '$1'));
  if (!(baseScore > 0 && baseScore < 1)) return err('the XGBoost model has no base score between 0 and 1');
  const featureCount = Number(learner_model_param.num_feature);
  const { trees } = gradient_booster.model;
  for (const [index, tree] of trees.entries()) {
    const problem = treeProblem(tree, featureCount);
    if (problem !== null) return err(`tree ${index} of the XGBoost model ${problem}`);
  }
  return ok(createEnsemble(trees, featureCount, Math.fround(-log(1 / baseScore - 1))));
}

/** Children come after their parents, so every walk ends. */
function treeProblem(tree: XgboostTree, featureCount: number): string | null {
  const { left_children, right_children, split_indices, split_conditions, default_left } = tree;
  const count = left_children.length;
  if ([right_children, split_indices, split_conditions, default_left].some(({ length }) => length !== count)) {
    return 'has lists of different lengths';
  }
  for (const [node, left] of left_children.entries()) {
    const right = right_children[node] as number;
    if (left === -1 && right === -1) continue;
    if (left <= node || right <= node || left >= count || right >= count) return 'is not a tree';
    if ((split_indices[node] as number) >= featureCount) return 'asks for a feature that it does not have';
  }
  return count === 0 ? 'is empty' : null;
}

function createEnsemble(trees: readonly XgboostTree[], featureCount: number, baseMargin: number): Ensemble {
  const roots: number[] = [];
  const left: number[] = [];
  const right: number[] = [];
  const missing: number[] = [];
  const feature: number[] = [];
  const value: number[] = [];
  for (const tree of trees) {
    const offset = left.length;
    roots.push(offset);
    for (const [node, child] of tree.left_children.entries()) {
      const isLeaf = child === -1;
      const rightChild = tree.right_children[node] as number;
      left.push(isLeaf ? -1 : offset + child);
      right.push(isLeaf ? -1 : offset + rightChild);
      missing.push(isLeaf ? -1 : offset + (tree.default_left[node] ? child : rightChild));
      feature.push(tree.split_indices[node] as number);
      value.push(tree.split_conditions[node] as number);
    }
  }
  return walkTrees({
    featureCount,
    baseMargin,
    roots: Int32Array.from(roots),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    missing: Int32Array.from(missing),
    feature: Int32Array.from(feature),
    value: Float32Array.from(value),
  });
}

interface FlatTrees {
  readonly featureCount: number;
  readonly baseMargin: number;
  readonly roots: Int32Array;
  /** Children of each node, −1 for a leaf, and the child that a missing value goes to. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly missing: Int32Array;
  readonly feature: Int32Array;
  /** Threshold of a split, or a leaf's value. */
  readonly value: Float32Array;
}

function walkTrees({ featureCount, baseMargin, roots, left, right, missing, feature, value }: FlatTrees): Ensemble {
  const inputs = new Float32Array(featureCount);
  const treeCount = roots.length;
  return {
    library: 'xgboost',
    featureCount,
    score(row) {
      for (let index = 0; index < featureCount; index++) inputs[index] = row[index] as number;
      let sum = baseMargin;
      for (let tree = 0; tree < treeCount; tree++) {
        let node = roots[tree] as number;
        for (let next = left[node] as number; next >= 0; next = left[node] as number) {
          const x = inputs[feature[node] as number] as number;
          const threshold = value[node] as number;
          // A missing value is neither below its threshold nor not below it.
          node = x < threshold ? next : ((x >= threshold ? right : missing)[node] as number);
        }
        sum = Math.fround(sum + (value[node] as number));
      }
      return sum;
    },
  };
}
