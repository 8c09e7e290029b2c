/** What is wrong with a configuration: the field as a person knows it, and a sentence that goes on from its name. */
export interface ConfigProblem {
  /** `risk.max_order_percent` of the file, or a variable such as `BANKROLL_USDC`. */
  readonly field: string;
  readonly message: string;
}

/** One sentence. */
export function renderConfigProblem({ field, message }: ConfigProblem): string {
  return `${field} ${message}.`;
}
