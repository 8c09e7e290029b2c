/** The embedded venue's time, which the supervisor sets once all processes are there (RUNTIME §6). */
import * as z from 'zod';
import type { ClockOrigin } from './worker-ports.ts';

/** How often to ask while there is no time yet; the supervisor sets it within seconds. */
const RETRY_MS = 200;
const ATTEMPTS = 100;
const TIMEOUT_MS = 2_000;

const origin = z.strictObject({ simOriginMs: z.number(), wallOriginMs: z.number(), speed: z.number().positive() });

/** Waits until the venue has time. Rejects when it does not come: whoever starts the series tries again. */
export async function fetchClockOrigin(venueUrl: string): Promise<ClockOrigin> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const answer = await ask(venueUrl);
    if (answer !== null) return answer;
    await new Promise<void>((resolve) => {
      setTimeout(resolve, RETRY_MS);
    });
  }
  throw new Error('The embedded venue has no time.');
}

async function ask(venueUrl: string): Promise<ClockOrigin | null> {
  let response: Response;
  try {
    response = await fetch(`${venueUrl}/clock`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    // Not there yet, or gone for a moment: asked again.
    return null;
  }
  if (response.status !== 200) {
    await response.body?.cancel();
    return null;
  }
  return origin.parse(await response.json());
}
