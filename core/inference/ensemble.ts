/** A trained ensemble of decision trees, evaluated here exactly as its own library does it (library notes of 2026-11-23). */

export type ModelLibrary = 'catboost' | 'xgboost' | 'lightgbm';

export interface Ensemble {
  readonly library: ModelLibrary;
  readonly featureCount: number;
  /**
   * The raw score (log-odds) of one row of `featureCount` numbers; NaN is a missing value. Equal to the native library's, bit for bit.
   */
  score(row: Float64Array): number;
}

/** Why a model file was refused, in one sentence. */
export type ModelProblem = string;
