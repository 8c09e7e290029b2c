import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AuditFact, Fact } from '../../core/model/fact.ts';
import { createOutbox, factKey, MAX_ATTEMPTS, type ParkedFact } from '../../durable-objects/outbox.ts';
import { createNodeSql, createVirtualClock, SimulatedCrash } from '../support/node-ports.ts';
import { EXAMPLE_FACTS } from '../workers/support/example-facts.ts';

const START_MS = 1_795_452_000_000;
const HOUR_MS = 3_600_000;

function fact(id: string, detail = ''): AuditFact {
  return { kind: 'audit', series: 'btc-updown-5m', id, actor: 'a', action: 'b', detail, atMs: START_MS };
}

type Answer = 'ok' | 'refuse' | 'silence' | Promise<void>;

/** An outbox over SQLite and a sink that answers as it is told and keeps what it accepted, as D1 would: by key. */
function openOutbox(answer: (facts: readonly Fact[]) => Answer = () => 'ok', sql = createNodeSql()) {
  const { clock, timers, ...time } = createVirtualClock(START_MS);
  const batches: (readonly Fact[])[] = [];
  const stored = new Map<string, Fact>();
  const parked: ParkedFact[] = [];
  const counter = { written: 0 };
  const outbox = createOutbox({
    sql,
    clock,
    timers,
    counter,
    onParked: (row) => parked.push(row),
    sink: {
      async writeBatch(facts) {
        batches.push(facts);
        const told = answer(facts);
        if (told === 'refuse') throw new Error('D1 is away');
        if (told === 'silence') await new Promise(() => undefined);
        await told;
        for (const row of facts) stored.set(factKey(row), row);
      },
    },
  });
  /** Drains as the watchdog does, until `untilMs` of real time has passed. */
  const watch = async (durationMs: number) => {
    const end = clock.wallMs() + durationMs;
    while (clock.wallMs() < end) {
      await outbox.drain();
      await time.settleTo(clock.wallMs() + 10_000);
    }
  };
  return { outbox, batches, stored, parked, counter, sql, clock, time, watch };
}

describe('createOutbox', () => {
  test('default', async () => {
    const { outbox, batches, counter } = openOutbox();
    outbox.enqueue(EXAMPLE_FACTS, 7);
    expect(outbox.status()).toEqual({ pending: EXAMPLE_FACTS.length, parked: 0, oldestAgeMs: 0, lastError: null });
    await outbox.drain();
    expect(batches).toHaveLength(1);
    expect(batches[0]).toEqual(expect.arrayContaining(EXAMPLE_FACTS));
    expect(outbox.status()).toEqual({ pending: 0, parked: 0, oldestAgeMs: null, lastError: null });
    expect(counter.written).toBe(2 * EXAMPLE_FACTS.length);
  });

  test('behavior: batches have 50 rows at most, oldest first', async () => {
    const { outbox, batches } = openOutbox();
    for (let seq = 1; seq <= 120; seq++) outbox.enqueue([fact(`c-${seq}`)], seq);
    await outbox.drain();
    expect(batches.map((batch) => batch.length)).toEqual([50, 50, 20]);
    const ids = batches.flat().map((row) => (row.kind === 'audit' ? row.id : ''));
    expect(ids).toEqual(Array.from({ length: 120 }, (_, index) => `c-${index + 1}`));
  });

  test('behavior: of several facts of one key only the newest is sent', async () => {
    const { outbox, batches } = openOutbox();
    outbox.enqueue([fact('x', 'first')], 1);
    outbox.enqueue([fact('x', 'second'), fact('x', 'third')], 2);
    outbox.enqueue([fact('x', 'from the past')], 1);
    await outbox.drain();
    expect(batches).toEqual([[fact('x', 'third')]]);
  });

  test('behavior: a fact that changes while it is on its way is sent again', async () => {
    let answerIt = (): void => undefined;
    const answered = new Promise<void>((resolve) => {
      answerIt = resolve;
    });
    const { outbox, batches, stored } = openOutbox((facts) =>
      facts[0] === undefined || batchesSeen++ > 0 ? 'ok' : answered,
    );
    let batchesSeen = 0;
    outbox.enqueue([fact('x', 'old')], 1);
    const drained = outbox.drain();
    outbox.enqueue([fact('x', 'new')], 2);
    answerIt();
    await drained;
    expect(batches).toEqual([[fact('x', 'old')], [fact('x', 'new')]]);
    expect([...stored.values()]).toEqual([fact('x', 'new')]);
    expect(outbox.status().pending).toBe(0);
  });

  test('behavior: a second drain joins the first', async () => {
    const { outbox, batches } = openOutbox();
    outbox.enqueue([fact('x')], 1);
    await Promise.all([outbox.drain(), outbox.drain()]);
    expect(batches).toHaveLength(1);
  });

  test('behavior: the delay between attempts doubles, and the eighth failure parks', async () => {
    const { outbox, batches, parked, clock, time } = openOutbox(() => 'refuse');
    outbox.enqueue([fact('x')], 1);
    const attemptsAt: number[] = [];
    for (let second = 0; second <= 300; second++) {
      const before = batches.length;
      await outbox.drain();
      if (batches.length > before) attemptsAt.push((clock.wallMs() - START_MS) / 1_000);
      time.advanceBy(1_000);
    }
    expect(attemptsAt).toEqual([0, 2, 6, 14, 30, 62, 126, 254]);
    expect(parked).toEqual([{ key: factKey(fact('x')), attempts: MAX_ATTEMPTS, error: 'D1 is away' }]);
    expect(outbox.status()).toEqual({ pending: 0, parked: 1, oldestAgeMs: 301_000, lastError: 'D1 is away' });
  });

  test('behavior: a parked row is tried again each hour, without another alert, until D1 takes it', async () => {
    let away = true;
    const { outbox, parked, stored, watch } = openOutbox(() => (away ? 'refuse' : 'ok'));
    outbox.enqueue([fact('x')], 1);
    await watch(3 * HOUR_MS);
    expect(parked).toHaveLength(1);
    away = false;
    await watch(HOUR_MS + 20_000);
    expect(stored.size).toBe(1);
    expect(outbox.status()).toMatchObject({ pending: 0, parked: 0 });
  });

  test('behavior: one bad row holds no other', async () => {
    const isBad = (row: Fact) => row.kind === 'audit' && row.id === 'bad';
    const { outbox, parked, stored, watch } = openOutbox((facts) => (facts.some(isBad) ? 'refuse' : 'ok'));
    outbox.enqueue([fact('a'), fact('bad'), fact('c')], 1);
    await watch(60_000);
    expect([...stored.values()]).toEqual(expect.arrayContaining([fact('a'), fact('c')]));
    await watch(600_000);
    expect(parked.map((row) => row.key)).toEqual([factKey(fact('bad'))]);
    expect(outbox.status()).toMatchObject({ pending: 0, parked: 1 });
  });

  test('behavior: after an outage of a day everything arrives, in its last form', async () => {
    let away = true;
    const { outbox, stored, watch } = openOutbox(() => (away ? 'refuse' : 'ok'));
    for (let hour = 0; hour < 24; hour++) {
      outbox.enqueue([fact(`only-${hour}`), fact('each hour', String(hour))], hour + 1);
      await watch(HOUR_MS);
    }
    away = false;
    await watch(2 * HOUR_MS);
    expect(stored.size).toBe(25);
    expect(stored.get(factKey(fact('each hour')))).toEqual(fact('each hour', '23'));
    expect(outbox.status()).toEqual({ pending: 0, parked: 0, oldestAgeMs: null, lastError: null });
  });

  test('behavior: a sink that never answers is given up, and the row stays', async () => {
    let silent = true;
    const { outbox, stored, time } = openOutbox(() => (silent ? 'silence' : 'ok'));
    outbox.enqueue([fact('x')], 1);
    const drained = outbox.drain();
    await time.settleTo(START_MS + 36_000);
    await drained;
    expect(outbox.status()).toMatchObject({ pending: 1, lastError: 'no answer from D1' });
    silent = false;
    time.advanceBy(10_000);
    await outbox.drain();
    expect(stored.size).toBe(1);
  });

  test('behavior: a new object finds what the old one left', async () => {
    const before = openOutbox(() => 'refuse');
    before.outbox.enqueue([fact('x')], 1);
    const after = openOutbox(() => 'ok', before.sql);
    await after.outbox.drain();
    expect([...after.stored.values()]).toEqual([fact('x')]);
  });

  test('error: storage that fails is not hidden', async () => {
    const { outbox, sql } = openOutbox();
    outbox.enqueue([fact('x')], 1);
    sql.crashAfter(1);
    await expect(outbox.drain()).rejects.toThrow(SimulatedCrash);
  });

  test('behavior: whatever the order of facts and failures, D1 ends with the newest of each key', async () => {
    const step = fc.record({ id: fc.constantFrom('a', 'b', 'c'), fails: fc.boolean(), waitMs: fc.nat(20_000) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        let fails = false;
        const { outbox, stored, time, watch } = openOutbox(() => (fails ? 'refuse' : 'ok'));
        const newest = new Map<string, Fact>();
        for (const [index, { id, fails: failing, waitMs }] of steps.entries()) {
          const row = fact(id, String(index));
          newest.set(factKey(row), row);
          outbox.enqueue([row], index + 1);
          fails = failing;
          await outbox.drain();
          time.advanceBy(waitMs);
        }
        fails = false;
        await watch(400_000);
        expect(stored).toEqual(newest);
      }),
    );
  });
});

describe('factKey', () => {
  test('default', () => {
    expect(EXAMPLE_FACTS.map(factKey)).toEqual([
      '["order","btc-updown-5m",1795452000000,"mm-1"]',
      '["fill","btc-updown-5m",1795452000000,"t-1","mm-1"]',
      '["position","btc-updown-5m",1795452000000,"up"]',
      '["window","btc-updown-5m",1795452000000]',
      '["daily-pnl","btc-updown-5m",1795392000000]',
      '["markout","btc-updown-5m",1795452000000,"t-1","mm-1"]',
      '["strategy-pnl","btc-updown-5m",1795452000000,"sim","market-maker"]',
      '["ledger-entry","btc-updown-5m",1795452420000,"redemption"]',
      '["audit","btc-updown-5m","command-1"]',
    ]);
  });

  test('behavior: parts cannot run into each other', () => {
    const [, fill] = EXAMPLE_FACTS;
    if (fill?.kind !== 'fill') throw new Error('the second example is a fill');
    const one = factKey({ ...fill, tradeId: 'a","b', clientOrderId: 'c' });
    const other = factKey({ ...fill, tradeId: 'a', clientOrderId: 'b","c' });
    expect(one).not.toBe(other);
  });
});
