/**
 * `/faults`, by which tests and tools disturb a running venue: `POST` adds a plan, changes the mode, the country or the accounts that
 * may not trade; `DELETE` makes it healthy again; `GET` tells the mode. A test tool like `/clock`, on the loopback only.
 */
import * as z from 'zod';
import type { VenueRoutes } from '../connection.ts';
import { json } from '../http.ts';
import { parseJsonObject } from '../json-frame.ts';
import type { FaultBook } from './fault-book.ts';
import { faultPlanSchema } from './fault-plan.ts';
import type { TradingModes } from './trading-modes.ts';

/** Accounts that may not open positions, by address in lower case. */
export interface RestrictedAccounts {
  readonly banned: Set<string>;
  readonly closedOnly: Set<string>;
}

const addresses = z.array(z.string().transform((text) => text.toLowerCase()));
const requestSchema = z.strictObject({
  plan: faultPlanSchema.optional(),
  mode: z.enum(['normal', 'restarting', 'post-only', 'cancel-only', 'disabled']).optional(),
  /** How long the mode lasts, in wall milliseconds; without end when left out. */
  forMs: z.int().positive().optional(),
  geoblocked: z.boolean().optional(),
  banned: addresses.optional(),
  closedOnly: addresses.optional(),
});

/** The control route over a venue's faults. */
export function createFaultRoutes(faults: FaultBook, modes: TradingModes, restricted: RestrictedAccounts): VenueRoutes {
  return {
    handle({ method, path, body }, nowMs) {
      if (path !== '/faults') return null;
      if (method === 'POST') {
        const parsed = requestSchema.safeParse(parseJsonObject(body));
        if (!parsed.success) return json(400, { error: z.prettifyError(parsed.error) });
        const { plan, mode, forMs, geoblocked, banned, closedOnly } = parsed.data;
        if (plan !== undefined) faults.add(plan);
        if (mode !== undefined) modes.set(mode, forMs ?? null, nowMs);
        if (geoblocked !== undefined) modes.geoblocked = geoblocked;
        if (banned !== undefined) replaceAll(restricted.banned, banned);
        if (closedOnly !== undefined) replaceAll(restricted.closedOnly, closedOnly);
      } else if (method === 'DELETE') {
        faults.clear();
        modes.set('normal', null, nowMs);
        modes.geoblocked = false;
        restricted.banned.clear();
        restricted.closedOnly.clear();
      } else if (method !== 'GET') {
        return json(405, { error: 'method not allowed' });
      }
      return json(200, { mode: modes.modeAt(nowMs), geoblocked: modes.geoblocked });
    },
  };
}

function replaceAll(set: Set<string>, members: readonly string[]): void {
  set.clear();
  for (const member of members) set.add(member);
}
