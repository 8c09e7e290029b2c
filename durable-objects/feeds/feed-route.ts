/**
 * Which way a feed goes: from the object itself, or through the runner where the feed refuses Cloudflare's addresses (DESIGN §3.10).
 * A route looks like a port of sockets, so that the connection above knows nothing of it.
 */
import { err, ok, type Result } from '../../core/model/result.ts';
import type { UnixMs } from '../../core/model/time.ts';
import type { SocketsPort } from '../ports.ts';

/** `auto`: from the object, and through the runner once this address is refused with 403 or 451. */
export const FEED_VIAS = ['auto', 'durable-object', 'runner'] as const;
export type FeedVia = (typeof FEED_VIAS)[number];

/** Names that `FEED_VIA` may use; a test holds them against the plan. */
export const FEED_NAMES = [
  'polybolt',
  'polymarket-market',
  'rtds-a',
  'rtds-b',
  'binance-public',
  'binance-market',
  'coinbase',
  'deribit',
] as const;

/** Without a runner for so long, a feed that was refused here is tried from here again. Wall time. */
const RETRY_DIRECT_AFTER_MS = 60_000;

/** Sockets that the runner opens for us. */
export interface RelayPort {
  readonly sockets: SocketsPort;
  readonly available: boolean;
}

export interface FeedRoute {
  readonly sockets: SocketsPort;
  /** Where the newest socket goes. */
  readonly via: 'durable-object' | 'runner';
}

export function createFeedRoute(
  policy: FeedVia,
  direct: SocketsPort,
  relay: RelayPort | null,
  wallMs: () => UnixMs,
): FeedRoute {
  let refusedHere = false;
  let withoutRunnerSinceMs: UnixMs | null = null;
  let via: FeedRoute['via'] = policy === 'runner' ? 'runner' : 'durable-object';

  function choose(): FeedRoute['via'] {
    if (policy !== 'auto' || relay === null) return policy === 'runner' ? 'runner' : 'durable-object';
    if (!refusedHere) return 'durable-object';
    if (relay.available) {
      withoutRunnerSinceMs = null;
      return 'runner';
    }
    withoutRunnerSinceMs ??= wallMs();
    return via === 'runner' && wallMs() - withoutRunnerSinceMs < RETRY_DIRECT_AFTER_MS ? 'runner' : 'durable-object';
  }

  return {
    get via() {
      return via;
    },
    sockets: {
      open(url, handlers) {
        via = choose();
        if (via === 'runner') {
          if (relay !== null) return relay.sockets.open(url, handlers);
          return direct.open(url, handlers);
        }
        return direct.open(url, {
          onOpen: () => {
            refusedHere = false;
            handlers.onOpen();
          },
          onMessage: (data) => handlers.onMessage(data),
          onClose: (code, reason, status) => {
            const refused = status === 403 || status === 451;
            if (refused) refusedHere = true;
            // The runner is asked at once: the pause that a refusal asks for is meant for this address.
            const goesOn = refused && policy === 'auto' && relay?.available === true;
            handlers.onClose(code, goesOn ? `refused here with ${status}` : reason, goesOn ? null : status);
          },
        });
      },
    },
  };
}

/** Reads `FEED_VIA`: `name=way[,name=way]`; empty means `auto` for all. */
export function parseFeedVia(text: string): Result<Readonly<Record<string, FeedVia>>, string> {
  const ways: Record<string, FeedVia> = {};
  for (const part of text === '' ? [] : text.split(',')) {
    const [name = '', way = ''] = part.split('=').map((word) => word.trim());
    if (!FEED_NAMES.some((known) => known === name) || !isFeedVia(way)) {
      return err(
        `FEED_VIA must be a comma list of feed=way, with feeds of ${FEED_NAMES.join(', ')} and ways of ${FEED_VIAS.join(', ')}.`,
      );
    }
    ways[name] = way;
  }
  return ok(ways);
}

function isFeedVia(text: string): text is FeedVia {
  return FEED_VIAS.some((via) => via === text);
}
