/**
 * How kindly the simulated venue treats us where a real one cannot be known from outside. Pessimistic is what demo and paper
 * run; the other two bracket a backtest's result and are never a result themselves.
 */
export const ASSUMPTIONS = ['pessimistic', 'expected', 'optimistic'] as const;

export type Assumptions = (typeof ASSUMPTIONS)[number];
