/**
 * Asks until the answer is the one that is waited for. For answers of this machine, which come within milliseconds, so that asking is the
 * wait; the test's own time-out ends it.
 */
export async function until<T>(ask: () => Promise<T>, found: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (found(answer)) return answer;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
