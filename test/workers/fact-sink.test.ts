import { describe, expect, test } from 'vitest';
import { createD1FactSink } from '../../db/d1-fact-sink.ts';
import { bindings } from './support/api-client.ts';
import { EXAMPLE_FACTS, exampleFillFact, exampleOrderFact, exampleWindowFact } from './support/example-facts.ts';

const TABLES = [
  'orders',
  'fills',
  'positions',
  'windows',
  'daily_pnl',
  'markouts',
  'strategy_pnl',
  'ledger_entries',
  'audit',
];

async function countRows(): Promise<number[]> {
  const results = await bindings.DB.batch<{ rows: number }>(
    TABLES.map((table) => bindings.DB.prepare(`SELECT count(*) AS rows FROM ${table}`)),
  );
  return results.map((result) => result.results[0]?.rows ?? -1);
}

function countingSink() {
  const counted: number[] = [];
  return { counted, sink: createD1FactSink(bindings.DB, (rows) => counted.push(rows)) };
}

describe('createD1FactSink', () => {
  test('default', async () => {
    const { counted, sink } = countingSink();
    await sink.writeBatch(EXAMPLE_FACTS);
    expect(await countRows()).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1]);
    // One for each: no rowid beside the key, no second index. What D1 bills.
    expect(counted).toEqual([9]);
    const window = await bindings.DB.prepare('SELECT * FROM windows').first();
    expect(window).toMatchObject({ strike: '84501.203450000000000001', tradable: 1, official_outcome: null });
  });

  test('behavior: a fact delivered twice is one row, and the later one stands', async () => {
    const { sink } = countingSink();
    await sink.writeBatch(EXAMPLE_FACTS);
    await sink.writeBatch(EXAMPLE_FACTS);
    await sink.writeBatch([{ ...exampleWindowFact, officialOutcome: 'up', verification: 'confirmed' }]);
    expect(await countRows()).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1]);
    const window = await bindings.DB.prepare('SELECT official_outcome, verification FROM windows').first();
    expect(window).toEqual({ official_outcome: 'up', verification: 'confirmed' });
  });

  test('behavior: one match of the venue may fill two of our orders', async () => {
    const { sink } = countingSink();
    await sink.writeBatch([exampleFillFact, { ...exampleFillFact, clientOrderId: 'mm-2' }]);
    const { results } = await bindings.DB.prepare('SELECT client_order_id FROM fills ORDER BY 1').all();
    expect(results).toEqual([{ client_order_id: 'mm-1' }, { client_order_id: 'mm-2' }]);
  });

  test('behavior: no facts, no statement', async () => {
    const { counted, sink } = countingSink();
    await sink.writeBatch([]);
    expect(counted).toEqual([]);
  });

  test('error: a batch with a bad row writes nothing', async () => {
    const { counted, sink } = countingSink();
    const bad = { ...exampleOrderFact, clientOrderId: 'bad', series: null as never };
    await expect(sink.writeBatch([{ ...exampleOrderFact, clientOrderId: 'good' }, bad])).rejects.toThrow();
    const found = await bindings.DB.prepare("SELECT count(*) AS n FROM orders WHERE client_order_id = 'good'").first();
    expect({ found, counted }).toEqual({ found: { n: 0 }, counted: [] });
  });
});
