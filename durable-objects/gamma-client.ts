/** Asks Gamma, the venue's catalogue, for markets by their slug. Nothing here throws: what failed is told by slug. */
import type { MarketSlug } from '../core/model/identifiers.ts';
import type { MarketDataEvent } from '../core/model/market-data.ts';
import { SECOND_MS, type UnixMs } from '../core/model/time.ts';
import { type GammaSeries, parseGammaBody } from '../core/venue/gamma.ts';
import type { FrameParser } from '../core/venue/parsed-frame.ts';
import type { ClockPort, HttpPort } from './ports.ts';

export interface GammaFailure {
  readonly slug: MarketSlug;
  /** `not-listed`, `rate-limited`, `status-500`, `timeout`-like network text, `rejected: …`, `parser-bug: …`. */
  readonly reason: string;
}

/** `market-listed` and `official-result-published` of the slugs that answered, with `seq` 0 and `tsInit` 0. */
export interface GammaAnswer {
  readonly events: readonly MarketDataEvent[];
  readonly errors: readonly GammaFailure[];
}

export interface GammaClient {
  fetchMarkets(slugs: readonly MarketSlug[]): Promise<GammaAnswer>;
}

const TIMEOUT_MS = 5 * SECOND_MS;
/** Six connections may wait for their headers at a time, and the feeds need some of them (platform notes §9). */
const MAX_PARALLEL = 4;
/** After a refusal Gamma is left alone this long, wall time: asking on is how an address gets blocked. */
const PAUSE_MS = 60 * SECOND_MS;
const REFUSING_STATUSES: ReadonlySet<number> = new Set([403, 429]);

interface GammaDeps {
  readonly http: HttpPort;
  readonly clock: ClockPort;
  /** `https://gamma-api.polymarket.com`, or the embedded venue's. */
  readonly baseUrl: string;
  readonly series: GammaSeries;
}

interface SlugAnswer {
  readonly events: readonly MarketDataEvent[];
  /** Beside events: a part of the answer was refused. */
  readonly reason: string | null;
}

const failed = (reason: string): SlugAnswer => ({ events: [], reason });

/** Source: venue notes §6, 2026-11-23 (`GET /events/slug/<slug>`). */
export function createGammaClient(deps: GammaDeps): GammaClient {
  const parse = parseGammaBody(deps.series);
  const limited = createLimiter(MAX_PARALLEL);
  let pausedUntilMs: UnixMs = 0;

  const ask = async (slug: MarketSlug): Promise<SlugAnswer> => {
    if (deps.clock.wallMs() < pausedUntilMs) return failed('rate-limited');
    try {
      const { status, body } = await deps.http.get(`${deps.baseUrl}/events/slug/${slug}`, TIMEOUT_MS);
      if (REFUSING_STATUSES.has(status)) {
        pausedUntilMs = deps.clock.wallMs() + PAUSE_MS;
        return failed(status === 429 ? 'rate-limited' : `status-${status}`);
      }
      if (status === 404) return failed('not-listed');
      return status === 200 ? read(parse, body) : failed(`status-${status}`);
    } catch (error) {
      return failed(messageOf(error));
    }
  };

  return {
    fetchMarkets: async (slugs) => {
      const answers = await Promise.all(
        [...new Set(slugs)].map(async (slug) => ({ slug, answer: await limited(() => ask(slug)) })),
      );
      return {
        events: answers.flatMap(({ answer }) => answer.events),
        errors: answers.flatMap(({ slug, answer }) =>
          answer.reason === null ? [] : [{ slug, reason: answer.reason }],
        ),
      };
    },
  };
}

function read(parse: FrameParser, body: string): SlugAnswer {
  try {
    const { events, rejected } = parse(body);
    const first = rejected[0];
    if (first !== undefined) return { events, reason: `rejected: ${first.reason} ${first.detail}` };
    return { events, reason: events.length === 0 ? 'not-listed' : null };
  } catch (error) {
    return failed(`parser-bug: ${messageOf(error)}`);
  }
}

/** Lets at most `max` of the given acts run at a time, in order of asking. */
function createLimiter(max: number): <T>(act: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (act) => {
    if (running >= max) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await act();
    } finally {
      // The place is handed on, so that no newcomer takes it in between.
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
