import { beforeAll, describe, expect, test } from 'vitest';
import {
  fillPageSchema,
  ledgerEntryPageSchema,
  markoutPageSchema,
  orderPageSchema,
  positionPageSchema,
  strategyPnlPageSchema,
  windowPageSchema,
} from '../../core/protocol/admin-api.ts';
import { createD1FactSink } from '../../db/d1-fact-sink.ts';
import { API, bindings, call } from './support/api-client.ts';
import {
  exampleFillFact,
  exampleLedgerEntryFact,
  exampleMarkoutFact,
  exampleOrderFact,
  examplePositionFact,
  exampleStrategyPnlFact,
  exampleWindowFact,
} from './support/example-facts.ts';

const FIRST_MS = exampleWindowFact.windowStartMs;
const STEP_MS = 300_000;

/** Seven windows of each series, in each two orders, two fills, two positions. */
beforeAll(async () => {
  const sink = createD1FactSink(bindings.DB, () => undefined);
  for (const series of ['btc-updown-5m', 'eth-updown-5m', 'not-configured-5m']) {
    for (let index = 0; index < 7; index++) {
      const place = { series, windowStartMs: FIRST_MS + index * STEP_MS };
      const id = `${series}-${index}`;
      await sink.writeBatch([
        { ...exampleWindowFact, ...place },
        { ...exampleOrderFact, ...place, clientOrderId: `${id}-a` },
        { ...exampleOrderFact, ...place, clientOrderId: `${id}-b` },
        { ...exampleFillFact, ...place, tradeId: `${id}-t`, clientOrderId: `${id}-a` },
        { ...exampleFillFact, ...place, tradeId: `${id}-t`, clientOrderId: `${id}-b` },
        { ...examplePositionFact, ...place },
        { ...examplePositionFact, ...place, outcome: 'down' },
        { ...exampleMarkoutFact, ...place, tradeId: `${id}-t`, clientOrderId: `${id}-a` },
        { ...exampleMarkoutFact, ...place, tradeId: `${id}-t`, clientOrderId: `${id}-b` },
        { ...exampleStrategyPnlFact, ...place },
        { ...exampleStrategyPnlFact, ...place, ledger: 'paper' },
        { ...exampleLedgerEntryFact, ...place, atMs: place.windowStartMs },
        { ...exampleLedgerEntryFact, ...place, atMs: place.windowStartMs, id: 'gas' },
      ]);
    }
  }
});

async function page(path: string): Promise<{ items: Record<string, unknown>[]; nextCursor: string | null }> {
  const response = await call(`${API}${path}`, { as: 'viewer' });
  expect(response.status).toBe(200);
  return response.json();
}

/** Follows the cursors to the end. */
async function allPages(path: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let cursor: string | null = null;
  do {
    const next = await page(cursor === null ? path : `${path}&cursor=${cursor}`);
    items.push(...next.items);
    cursor = next.nextCursor;
  } while (cursor !== null);
  return items;
}

const LISTINGS = [
  ['windows', windowPageSchema, 7, ['series', 'windowStartMs']],
  ['orders', orderPageSchema, 14, ['clientOrderId']],
  ['fills', fillPageSchema, 14, ['tradeId', 'clientOrderId']],
  ['positions', positionPageSchema, 14, ['series', 'windowStartMs', 'outcome']],
  ['markouts', markoutPageSchema, 14, ['tradeId', 'clientOrderId']],
  ['strategy-pnl', strategyPnlPageSchema, 14, ['series', 'windowStartMs', 'ledger', 'strategy']],
  ['ledger-entries', ledgerEntryPageSchema, 14, ['series', 'windowStartMs', 'id']],
] as const;

describe('listingRoutes', () => {
  test.each(LISTINGS)('default: %s', async (name, schema, rows) => {
    const body = await page(`/${name}?series=btc-updown-5m`);
    expect(schema.parse(body)).toEqual(body);
    expect(body).toMatchObject({ nextCursor: null, items: { length: rows } });
  });

  test.each(LISTINGS)('behavior: pages of %s have every row once, newest first', async (name, _, rows, key) => {
    for (const limit of [1, 3, 4, 14]) {
      const items = await allPages(`/${name}?limit=${limit}`);
      expect(items).toHaveLength(2 * rows);
      expect(new Set(items.map((item) => key.map((field) => item[field]).join(' '))).size).toBe(2 * rows);
      const starts = items.map((item) => Number(item['windowStartMs']));
      expect(starts).toEqual(starts.toSorted((a, b) => b - a));
    }
  });

  test('behavior: series that are not configured are not shown', async () => {
    const items = await allPages('/windows?limit=100');
    expect(new Set(items.map((item) => item['series']))).toEqual(new Set(['btc-updown-5m', 'eth-updown-5m']));
  });

  test.each([
    ['from', `from=${FIRST_MS + 5 * STEP_MS}`, [6, 5]],
    ['to', `to=${FIRST_MS + 2 * STEP_MS}`, [1, 0]],
    ['from and to', `from=${FIRST_MS + STEP_MS}&to=${FIRST_MS + 3 * STEP_MS}`, [2, 1]],
    ['an empty range', `from=${FIRST_MS + STEP_MS}&to=${FIRST_MS + STEP_MS}`, []],
  ])('args: %s', async (_, query, expected) => {
    const items = await allPages(`/windows?series=btc-updown-5m&limit=1&${query}`);
    expect(items.map((item) => (Number(item['windowStartMs']) - FIRST_MS) / STEP_MS)).toEqual(expected);
  });

  test('behavior: a row that is written between two pages moves nothing', async () => {
    const first = await page('/windows?series=btc-updown-5m&limit=3');
    const sink = createD1FactSink(bindings.DB, () => undefined);
    await sink.writeBatch([{ ...exampleWindowFact, windowStartMs: FIRST_MS + 50 * STEP_MS }]);
    const second = await page(`/windows?series=btc-updown-5m&limit=3&cursor=${first.nextCursor}`);
    const starts = [...first.items, ...second.items].map(
      (item) => (Number(item['windowStartMs']) - FIRST_MS) / STEP_MS,
    );
    expect(starts).toEqual([6, 5, 4, 3, 2, 1]);
  });
});
