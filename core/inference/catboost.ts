/**
 * CatBoost's JSON model: symmetric trees, one split for each level. Features and borders are float32 and `x > border`; the leaves' doubles
 * are summed in order, scale and bias come last (library notes, 2026-11-23). Each feature is compared with its borders once, after which
 * a tree is a few shifts without a branch.
 */
import * as z from 'zod';
import { err, ok, type Result } from '../model/result.ts';
import type { Ensemble, ModelProblem } from './ensemble.ts';

const modelSchema = z.object({
  features_info: z.object({
    float_features: z
      .array(
        z.object({
          flat_feature_index: z.number().int().nonnegative(),
          borders: z.array(z.number()).nullish(),
          /** Where a missing value stands against every border. */
          nan_value_treatment: z.enum(['AsIs', 'AsFalse', 'AsTrue']),
          has_nans: z.boolean(),
        }),
      )
      .min(1),
    categorical_features: z.array(z.unknown()).max(0, 'categorical features are not supported').optional(),
  }),
  oblivious_trees: z
    .array(
      z.object({
        leaf_values: z.array(z.number()),
        splits: z
          .array(
            z.object({
              border: z.number(),
              float_feature_index: z.number().int().nonnegative(),
              split_type: z.literal('FloatFeature'),
            }),
          )
          .max(16),
      }),
    )
    .min(1),
  scale_and_bias: z.tuple([z.number(), z.array(z.number()).length(1)]),
});

type CatBoostModel = z.infer<typeof modelSchema>;

/** Reads `model.json` as parsed JSON. */
export function readCatBoost(json: unknown): Result<Ensemble, ModelProblem> {
  const parsed = modelSchema.safeParse(json);
  if (!parsed.success) return err(`the CatBoost model cannot be read: ${z.prettifyError(parsed.error)}`);
  const model = parsed.data;
  const features = [...model.features_info.float_features].sort((a, b) => a.flat_feature_index - b.flat_feature_index);
  if (features.some((feature, index) => feature.flat_feature_index !== index)) {
    return err('the CatBoost model has features that are not numbered in a row');
  }
  // A model that saw no missing value in training has no place for one.
  if (features.some(({ has_nans, nan_value_treatment }) => has_nans && nan_value_treatment === 'AsIs')) {
    return err('the CatBoost model takes missing values as they are, which has no defined result');
  }
  return flatten(model, features);
}

function flatten(
  model: CatBoostModel,
  features: CatBoostModel['features_info']['float_features'],
): Result<Ensemble, ModelProblem> {
  const borders = features.map((feature) => Float32Array.from(feature.borders ?? []));
  const treeStart = [0];
  const leafStart: number[] = [];
  const splitFeature: number[] = [];
  const splitBin: number[] = [];
  const leaves: number[] = [];
  for (const { splits, leaf_values } of model.oblivious_trees) {
    if (leaf_values.length !== 2 ** splits.length) return err('a CatBoost tree has not one value for each leaf');
    for (const { float_feature_index: feature, border } of splits) {
      const bin = borders[feature]?.indexOf(Math.fround(border)) ?? -1;
      if (bin < 0) return err(`a CatBoost tree splits feature ${feature} at ${border}, which is none of its borders`);
      splitFeature.push(feature);
      splitBin.push(bin);
    }
    leafStart.push(leaves.length);
    for (const value of leaf_values) leaves.push(value);
    treeStart.push(splitFeature.length);
  }
  const [scale, [bias]] = model.scale_and_bias as [number, [number]];
  const missingBin = features.map((feature, index) =>
    feature.nan_value_treatment === 'AsTrue' ? (borders[index] as Float32Array).length : 0,
  );
  return ok(
    createEnsemble({
      borders,
      missingBin: Int32Array.from(missingBin),
      treeStart: Int32Array.from(treeStart),
      leafStart: Int32Array.from(leafStart),
      splitFeature: Int32Array.from(splitFeature),
      splitBin: Int32Array.from(splitBin),
      leaves: Float64Array.from(leaves),
      scale,
      bias,
    }),
  );
}

interface FlatTrees {
  /** Borders of each feature, ascending. */
  readonly borders: readonly Float32Array[];
  /** How many borders a missing value counts as above. */
  readonly missingBin: Int32Array;
  /** First split of each tree, and the end of the last. */
  readonly treeStart: Int32Array;
  readonly leafStart: Int32Array;
  readonly splitFeature: Int32Array;
  readonly splitBin: Int32Array;
  readonly leaves: Float64Array;
  readonly scale: number;
  readonly bias: number;
}

function createEnsemble(trees: FlatTrees): Ensemble {
  const { borders, missingBin, treeStart, leafStart, splitFeature, splitBin, leaves, scale, bias } = trees;
  const featureCount = borders.length;
  const bins = new Int32Array(featureCount);
  const treeCount = leafStart.length;
  return {
    library: 'catboost',
    featureCount,
    score(row) {
      for (let feature = 0; feature < featureCount; feature++) {
        const value = row[feature] as number;
        bins[feature] = Number.isNaN(value)
          ? (missingBin[feature] as number)
          : bordersBelow(borders[feature] as Float32Array, Math.fround(value));
      }
      let sum = 0;
      let split = 0;
      for (let tree = 0; tree < treeCount; tree++) {
        const end = treeStart[tree + 1] as number;
        let leaf = leafStart[tree] as number;
        for (let bit = 1; split < end; split++, bit <<= 1) {
          // All ones where the bin lies above the border, else none.
          const above = ((splitBin[split] as number) - (bins[splitFeature[split] as number] as number)) >> 31;
          leaf += above & bit;
        }
        sum += leaves[leaf] as number;
      }
      return scale * sum + bias;
    },
  };
}

/** How many borders lie below `x`: the place where it would stand. */
function bordersBelow(borders: Float32Array, x: number): number {
  let low = 0;
  let high = borders.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x > (borders[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}
