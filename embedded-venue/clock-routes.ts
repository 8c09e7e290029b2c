/**
 * `/clock`, by which the starter gives simulated time to the venue and others read it: `GET` 200 with the mapping, or 425 with the
 * last simulated time of the run folder; `POST` 200, 400 for another speed or nonsense, 409 when it is set or would go back.
 */
import type { VenueRoutes } from './connection.ts';
import { json } from './http.ts';
import { parseJsonObject } from './json-frame.ts';
import type { VenueClock } from './venue-clock.ts';

/** `onSet` is called once time was set by a request. */
export function createClockRoutes(clock: VenueClock, onSet: () => void): VenueRoutes {
  return {
    handle({ method, path, body }) {
      if (path !== '/clock') return null;
      const mapping = clock.mapping();
      if (method === 'GET') {
        return mapping === null
          ? json(425, { error: 'no time yet', lastSimMs: clock.lastSimMs() })
          : json(200, mapping);
      }
      if (method !== 'POST') return json(405, { error: 'method not allowed' });
      const result = clock.set(parseJsonObject(body));
      if (!result.ok) {
        const { status, reason } = result.error;
        return json(status, { error: reason, mapping, lastSimMs: clock.lastSimMs() });
      }
      clock.save(false);
      onSet();
      return json(200, result.value);
    },
  };
}
