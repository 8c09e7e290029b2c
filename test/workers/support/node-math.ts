/** The maths of the core as Node computes it, for the test that computes the same in workerd. */
import type { TestProject } from 'vitest/node';
import { hashMathResults } from '../../../core/model/math.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    mathHash: number;
  }
}

/** Results that are compared (RUNTIME §1), and the seed of their arguments. */
export const MATH_RESULTS = 1_000_000;
export const MATH_SEED = 1;

export default function setup(project: TestProject): void {
  project.provide('mathHash', hashMathResults(MATH_RESULTS, MATH_SEED));
}
