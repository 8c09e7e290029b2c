/** What a person did or lacks, as one sentence: printed without a stack, with status 2. */
export class CliProblem extends Error {
  override readonly name = 'CliProblem';
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
