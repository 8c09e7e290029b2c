/** How the venue's two price feeds are asked for the price that windows settle on (venue notes of 2026-11-23, polymarket §5.3, §5.4). */
import type { ApiCredentials } from '../../clob/auth.ts';
import type { SocketQuestion } from './read-socket.ts';
import type { Session } from './session.ts';

const TWAP_SECONDS = 60;
/** RTDS wants a PING each five seconds. Wall time. */
const RTDS_PING = { frame: 'PING', everyMs: 5_000 };
const POLYBOLT_PING = { frame: '{"op":"ping"}', everyMs: 30_000 };

/** PolyBolt's TWAP of BTC/USD; it wants API credentials even to read. */
export function polyboltQuestion<T>(
  session: Session,
  { key, secret, passphrase }: ApiCredentials,
  look: (frame: string) => T | null,
): SocketQuestion<T> {
  const subscriptions = [{ channel: 'price.crypto.twap', filter: { symbol: 'btcusd', window_seconds: TWAP_SECONDS } }];
  return {
    url: session.settings.addresses.polyboltUrl,
    opening: [JSON.stringify({ op: 'auth', rid: 'a1', auth: { apiKey: key, secret, passphrase } })],
    ping: POLYBOLT_PING,
    onFrame(frame, send) {
      if (frame.includes('"authed"')) send(JSON.stringify({ op: 'subscribe', rid: 's1', subscriptions }));
      return look(frame);
    },
  };
}

/** RTDS's TWAP, public. Without filters, as the official client asks. */
export function rtdsQuestion<T>(session: Session, look: (frame: string) => T | null): SocketQuestion<T> {
  const subscriptions = [{ topic: 'crypto_prices_twap_sixty', type: 'update' }];
  return {
    url: session.settings.addresses.rtdsUrl,
    opening: [JSON.stringify({ action: 'subscribe', subscriptions })],
    ping: RTDS_PING,
    onFrame: (frame) => look(frame),
  };
}
