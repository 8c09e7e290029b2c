/** Who listens to which token on the market channel, and what a client's text means. Source: venue notes of 2026-11-23 §5.1. */
import type { VenueConnection } from './connection.ts';
import { parseJsonObject, stringsOf } from './json-frame.ts';

export interface MarketClient {
  readonly connection: VenueConnection;
  readonly tokens: Set<string>;
  /** Wants best_bid_ask, new_market and market_resolved too. */
  custom: boolean;
}

export interface ClobSubscriptions {
  readonly clients: ReadonlyMap<VenueConnection, MarketClient>;
  open(connection: VenueConnection): void;
  close(connection: VenueConnection): void;
  /** Reads a client's text; returns the tokens that it newly listens to and wants to see the book of, `null` for anything else. */
  handle(connection: VenueConnection, frame: string): readonly string[] | null;
}

/** No client yet. */
export function createClobSubscriptions(): ClobSubscriptions {
  const clients = new Map<VenueConnection, MarketClient>();
  return {
    clients,
    open: (connection) => void clients.set(connection, { connection, tokens: new Set(), custom: false }),
    close: (connection) => void clients.delete(connection),
    handle: (connection, frame) => {
      const client = clients.get(connection);
      if (client === undefined) return null;
      if (frame === 'PING') {
        connection.send('PONG');
        return null;
      }
      const request = parseJsonObject(frame);
      if (request === null) return null;
      const operation = request['operation'] ?? (request['type'] === 'market' ? 'subscribe' : null);
      const tokens = stringsOf(request['assets_ids']);
      if (typeof request['custom_feature_enabled'] === 'boolean') client.custom = request['custom_feature_enabled'];
      if (operation === 'unsubscribe') for (const token of tokens) client.tokens.delete(token);
      if (operation !== 'subscribe') return null;
      const added = tokens.filter((token) => !client.tokens.has(token));
      for (const token of added) client.tokens.add(token);
      return request['initial_dump'] === false ? null : added;
    },
  };
}
