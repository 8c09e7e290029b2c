/** What the venue's server does with an answer that is late or lost, over real sockets. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startVenueServer, type VenueServer } from '../../embedded-venue/server.ts';
import { createVenueClock } from '../../embedded-venue/venue-clock.ts';
import { createWorld } from '../../embedded-venue/world.ts';
import { createWorldStore } from '../../embedded-venue/world-store.ts';
import { ORIGIN_MS } from '../support/venue-client.ts';

let runFolder = '';
let server: VenueServer;
let url = '';

beforeEach(async () => {
  runFolder = mkdtempSync(join(tmpdir(), 'venue-server-'));
  const clock = createVenueClock({ runFolder, speed: 1, wallNow: Date.now });
  server = await startVenueServer({
    port: 0,
    clock,
    store: createWorldStore(runFolder, Date.now),
    makeWorld: (originMs, startMs) => createWorld({ seed: 1, originMs, startMs, speed: 1 }),
  });
  url = `http://127.0.0.1:${server.port}`;
  await post('/clock', { simOriginMs: ORIGIN_MS, wallOriginMs: Date.now(), speed: 1 });
});
afterEach(async () => {
  await server.stop();
  rmSync(runFolder, { recursive: true });
});

const post = (path: string, body: object): Promise<Response> =>
  fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });
const disturb = (fault: object): Promise<Response> => post('/faults', { plan: [{ match: { nth: 1 }, fault }] });

describe('startVenueServer', { timeout: 30_000 }, () => {
  test('behavior: a late answer lets later requests overtake it', async () => {
    await post('/faults', {
      plan: [{ match: { route: 'GET /data/orders' }, fault: { kind: 'delay', delayMs: 300 } }],
    });
    const answered: string[] = [];
    const note = (name: string) => (response: Response) => {
      answered.push(`${name} ${response.status}`);
    };
    const late = fetch(`${url}/clob/data/orders`).then(note('first'));
    await fetch(`${url}/clob/data/trades`).then(note('second'));
    await late;
    expect(answered).toEqual(['second 401', 'first 401']);
  });

  test('behavior: a lost answer is a connection that ends', async () => {
    await disturb({ kind: 'lose-response' });
    await expect(fetch(`${url}/clob/data/orders`)).rejects.toThrow('fetch failed');
    expect((await fetch(`${url}/clob/data/orders`)).status).toBe(401);
  });

  test("behavior: accounts are kept beside the clock, for the owner's eyes only", async () => {
    const address = '0x1111111111111111111111111111111111111111';
    await post('/faucet', { address, pusdMicro: 5_000_000, polWei: '2000000000000000000', approve: true });
    await server.stop();
    const file = join(runFolder, 'accounts.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain(address);
    // `afterEach` stops it once more: that must do no harm.
    server = { ...server, stop: () => Promise.resolve() };
  });
});
