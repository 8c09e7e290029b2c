/** What keeps `make run` from running, as one sentence for a person: what is wrong, where, and what to do. Never a stack. */
export class RunProblem extends Error {
  override readonly name = 'RunProblem';
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
