/**
 * LightGBM's text model for `binary`: doubles, `x <= threshold` goes left, and each split says in its decision type what a missing value
 * is and where it goes (library notes, 2026-11-23). The leaves' doubles are summed in the order of the trees.
 */
import { err, ok, type Result } from '../model/result.ts';
import type { Ensemble, ModelProblem } from './ensemble.ts';

/** Bits of a decision type: a categorical split, missing values to the left, and two bits for what counts as missing. */
const CATEGORICAL = 1;
const DEFAULT_LEFT = 2;
const MISSING_SHIFT = 2;
const MISSING_ZERO = 1;
const MISSING_NAN = 2;
/** Nearer to zero than this is zero (LightGBM's kZeroThreshold). */
const ZERO_THRESHOLD = 1e-35;

interface TextTree {
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly decision: readonly number[];
  /** A child below 0 is the leaf of its complement. */
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly leaf: readonly number[];
}

/** Reads a model that `save_model` has written. */
export function readLightGbm(text: string): Result<Ensemble, ModelProblem> {
  const [header, ...blocks] = text.split(/^Tree=/m);
  const fields = fieldsOf(header ?? '');
  if (!(header ?? '').startsWith('tree\n') || fields.get('version') !== 'v4') {
    return err('the LightGBM model is not a text model of version v4');
  }
  if (!/^binary( |$)/.test(fields.get('objective') ?? '')) return err('the LightGBM model is not a binary one');
  if (!/(^| )sigmoid:1$/.test(fields.get('objective') ?? ''))
    return err('the LightGBM model has another sigmoid than 1');
  if (/^average_output$/m.test(header ?? ''))
    return err('the LightGBM model averages its trees, which is not supported');
  if (fields.get('num_class') !== '1' || fields.get('num_tree_per_iteration') !== '1') {
    return err('the LightGBM model has more than one score');
  }
  const featureCount = Number(fields.get('max_feature_idx')) + 1;
  if (!Number.isInteger(featureCount) || featureCount < 1) return err('the LightGBM model does not say its features');
  const trees: TextTree[] = [];
  for (const [index, block] of blocks.entries()) {
    const tree = readTree(block.split('\nend of trees')[0] as string, featureCount);
    if (!tree.ok) return err(`tree ${index} of the LightGBM model ${tree.error}`);
    trees.push(tree.value);
  }
  if (trees.length === 0) return err('the LightGBM model has no trees');
  return ok(createEnsemble(trees, featureCount));
}

function fieldsOf(block: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const at = line.indexOf('=');
    if (at > 0) fields.set(line.slice(0, at), line.slice(at + 1).trim());
  }
  return fields;
}

/** `Number('inf')` is not a number, and the library writes that for a threshold that nothing passes. */
function numberOf(text: string): number {
  if (text === 'inf') return Number.POSITIVE_INFINITY;
  if (text === '-inf') return Number.NEGATIVE_INFINITY;
  return Number(text);
}

function readTree(block: string, featureCount: number): Result<TextTree, string> {
  const fields = fieldsOf(block);
  const list = (name: string) => {
    const text = fields.get(name) ?? '';
    return text === '' ? [] : text.split(' ').map(numberOf);
  };
  const tree: TextTree = {
    feature: list('split_feature'),
    threshold: list('threshold'),
    decision: list('decision_type'),
    left: list('left_child'),
    right: list('right_child'),
    leaf: list('leaf_value'),
  };
  const splits = tree.feature.length;
  const { threshold, decision, left, right, leaf } = tree;
  if ([threshold, decision, left, right].some(({ length }) => length !== splits) || leaf.length !== splits + 1) {
    return err('has lists of different lengths');
  }
  if (Object.values(tree).some((values: readonly number[]) => values.some(Number.isNaN))) {
    return err('has a number that is none');
  }
  if (tree.feature.some((feature) => feature >= featureCount)) return err('asks for a feature that it does not have');
  if (decision.some((type) => (type & CATEGORICAL) !== 0))
    return err('has a categorical split, which is not supported');
  // Children come after their parents, so every walk ends.
  const isChild = (child: number, node: number) => (child < 0 ? ~child < leaf.length : child > node && child < splits);
  const isTree = left.every(isChild) && right.every(isChild);
  return isTree ? ok(tree) : err('is not a tree');
}

function createEnsemble(trees: readonly TextTree[], featureCount: number): Ensemble {
  const roots: number[] = [];
  const feature: number[] = [];
  const threshold: number[] = [];
  const decision: number[] = [];
  const left: number[] = [];
  const right: number[] = [];
  const leaves: number[] = [];
  for (const tree of trees) {
    const nodeOffset = feature.length;
    const leafOffset = leaves.length;
    const child = (index: number) => (index < 0 ? ~(leafOffset + ~index) : nodeOffset + index);
    roots.push(tree.feature.length === 0 ? ~leafOffset : nodeOffset);
    for (const value of tree.feature) feature.push(value);
    for (const value of tree.threshold) threshold.push(value);
    for (const value of tree.decision) decision.push(value);
    for (const index of tree.left) left.push(child(index));
    for (const index of tree.right) right.push(child(index));
    for (const value of tree.leaf) leaves.push(value);
  }
  return walkTrees({
    featureCount,
    roots: Int32Array.from(roots),
    feature: Int32Array.from(feature),
    threshold: Float64Array.from(threshold),
    decision: Uint8Array.from(decision),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    leaves: Float64Array.from(leaves),
  });
}

interface FlatTrees {
  readonly featureCount: number;
  /** First node of each tree; below 0 the leaf of its complement, as for children. */
  readonly roots: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  readonly decision: Uint8Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly leaves: Float64Array;
}

function walkTrees(trees: FlatTrees): Ensemble {
  const { featureCount, roots, feature, threshold, decision, left, right, leaves } = trees;
  const treeCount = roots.length;
  return {
    library: 'lightgbm',
    featureCount,
    score(row) {
      let sum = 0;
      for (let tree = 0; tree < treeCount; tree++) {
        let node = roots[tree] as number;
        while (node >= 0) {
          const x = row[feature[node] as number] as number;
          node = (goesLeft(x, threshold[node] as number, decision[node] as number) ? left : right)[node] as number;
        }
        sum += leaves[~node] as number;
      }
      return sum;
    },
  };
}

function goesLeft(x: number, threshold: number, decision: number): boolean {
  const missing = decision >> MISSING_SHIFT;
  const isMissing = Number.isNaN(x);
  if (missing === MISSING_NAN && isMissing) return (decision & DEFAULT_LEFT) !== 0;
  // Where NaN is not what is missing, it counts as zero.
  const value = isMissing ? 0 : x;
  if (missing === MISSING_ZERO && Math.abs(value) <= ZERO_THRESHOLD) return (decision & DEFAULT_LEFT) !== 0;
  return value <= threshold;
}
