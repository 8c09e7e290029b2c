/**
 * Bugs throw. An `InvariantError` says that the program, not the world, is wrong: the shell that catches it discards memory,
 * journals `step-failed` and starts again halted (RUNTIME §5). Expected failures are `Result` values instead.
 */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
  readonly context: Readonly<Record<string, string | number | boolean | null>>;

  constructor(message: string, context: Readonly<Record<string, string | number | boolean | null>> = {}) {
    super(message);
    this.context = context;
  }
}

/** Throws `InvariantError` unless the condition holds. */
export function invariant(
  condition: boolean,
  message: string,
  context?: Readonly<Record<string, string | number | boolean | null>>,
): asserts condition {
  if (!condition) throw new InvariantError(message, context);
}

/** The default branch of an exhaustive switch: a compile error when a case is missing, a throw when the data lies. */
export function assertNever(value: never, what: string): never {
  throw new InvariantError(`Unhandled ${what}: ${JSON.stringify(value)}`);
}
