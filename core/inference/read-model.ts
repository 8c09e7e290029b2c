/** A model file of any of the three libraries: which one it is shows in its first characters. */
import { exp } from '../model/math.ts';
import { err, type Result } from '../model/result.ts';
import { readCatBoost } from './catboost.ts';
import type { Ensemble, ModelProblem } from './ensemble.ts';
import { readLightGbm } from './lightgbm.ts';
import { readXgboost } from './xgboost.ts';

/** Reads the text of a model file: CatBoost JSON, XGBoost JSON or LightGBM text. */
export function readModel(text: string): Result<Ensemble, ModelProblem> {
  if (text.startsWith('tree\n')) return readLightGbm(text);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return err(`the model is neither LightGBM's text nor JSON: ${detail}`);
  }
  if (typeof json === 'object' && json !== null) {
    if ('oblivious_trees' in json) return readCatBoost(json);
    if ('learner' in json) return readXgboost(json);
  }
  return err('the model is none of CatBoost, XGBoost or LightGBM');
}

/** The probability of a raw score. */
export function probabilityOf(score: number): number {
  return 1 / (1 + exp(-score));
}
