import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { probabilityOf, readModel } from '../../../core/inference/read-model.ts';
import { hasSharedData, sharedVectorPath } from '../../support/shared-data.ts';

interface Judged {
  readonly raw: readonly number[];
  readonly probability: readonly number[];
}
type Vectors = { readonly rows: readonly (readonly (number | null)[])[] } & Record<
  'catboost' | 'xgboost' | 'lightgbm',
  Judged
>;

const FILES = { catboost: 'catboost.json', xgboost: 'xgboost.json', lightgbm: 'lightgbm.txt' } as const;
const read = (file: string) => readFileSync(sharedVectorPath('models', file), 'utf8');

describe.skipIf(!hasSharedData)('readModel on the vectors of the native libraries', () => {
  const vectors = hasSharedData ? (JSON.parse(read('rows.json')) as Vectors) : null;
  const rows = (vectors?.rows ?? []).map((row) => Float64Array.from(row, (value) => value ?? Number.NaN));

  test.each(['catboost', 'xgboost', 'lightgbm'] as const)('vectors: %s, each of 1,500 rows', (library) => {
    const model = readModel(read(FILES[library]));
    if (!model.ok) throw new Error(model.error);
    const judged = vectors?.[library] as Judged;
    expect(model.value.library).toBe(library);
    const different = rows.filter((row, index) => model.value.score(row) !== judged.raw[index]);
    expect([rows.length, different.length]).toEqual([1_500, 0]);
    let worst = 0;
    for (const [index, row] of rows.entries()) {
      worst = Math.max(worst, Math.abs(probabilityOf(model.value.score(row)) - (judged.probability[index] as number)));
    }
    // XGBoost makes its probabilities in float32.
    expect(worst).toBeLessThan(library === 'xgboost' ? 1.3e-7 : 1e-15);
  });
});
