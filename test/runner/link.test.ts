import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClientOrderId, ConditionId, MarketSlug, TradeId } from '../../core/model/identifiers.ts';
import { FACT_BLOCK, TAKEOVER_WAIT_MS } from '../../core/protocol/runner-link.ts';
import { assertProperty } from '../support/assert-property.ts';
import { anOrder, conditionOf } from '../support/builders.ts';
import { START_MS } from '../support/durable-stores.ts';
import { aFact, createLinkWorld, createMemoryDisk, type LinkWorld, OLD_LINK_KEY } from '../support/link-world.ts';

const SECOND = 1_000;
const cancel = (id: string) => ({ type: 'cancel-order', clientOrderId: id as ClientOrderId, reason: 'test' }) as const;
const factsOf = (world: LinkWorld) =>
  world.stored().flatMap((event) => (event.type === 'order-absent' ? [event.clientOrderId] : []));
const typesOf = (world: LinkWorld) => world.stored().map(({ type }) => type);

describe('createSeriesLink', () => {
  test('default: the epoch begins, the lease is fresh, then orders are resumed and markets prepared', () => {
    const order = anOrder();
    const world = createLinkWorld({
      openOrders: () => [{ order, status: 'resting' }],
      marketSlugs: () => ['btc-updown-5m-1795435200'],
    });
    const runner = world.startRunner();
    world.virtual.advanceBy(100);
    expect(runner.calls).toEqual(['epoch 1', 'renewed', 'resumed mm-1', 'prepare btc-updown-5m-1795435200']);
    expect([runner.link.linked, runner.link.leaseFresh, world.object.linked]).toEqual([true, true, true]);
    expect(world.stored()).toMatchObject([{ type: 'runner-linked', runnerId: 'folder-1' }]);
  });

  test('behavior: every intent reaches the account in the order of the records', () => {
    const slugs: string[] = [];
    const world = createLinkWorld({ marketSlugs: () => slugs });
    const runner = world.startRunner();
    world.virtual.advanceBy(100);
    const clientOrderId = 'mm-1' as ClientOrderId;
    const conditionId = conditionOf(START_MS) as ConditionId;
    slugs.push('btc-updown-5m-1795435200');
    world.decide(
      { type: 'submit-order', order: anOrder() },
      { type: 'resend-order', clientOrderId },
      cancel('mm-1'),
      { type: 'cancel-all-orders', reason: 'T-30' },
      { type: 'merge-complete-sets', windowStartMs: START_MS, conditionId, sizeMicro: 7 },
      { type: 'instruct-runner', verb: 'kill', scope: 'account', commandId: 'c1' },
      { type: 'request-markets', slugs: ['btc-updown-5m-1795435200' as MarketSlug] },
      { type: 'raise-alert', code: 'x', severity: 'info', detail: '' },
    );
    world.virtual.advanceBy(100);
    expect(runner.calls.slice(3)).toEqual([
      'submit mm-1',
      'resend mm-1',
      'cancel mm-1',
      'cancel-all T-30',
      `merge ${conditionId} 7`,
      'stop kill account c1',
      'prepare btc-updown-5m-1795435200',
    ]);
  });

  test('behavior: an intent that finds no link is never sent later', () => {
    const world = createLinkWorld();
    const runner = world.startRunner();
    world.virtual.advanceBy(100);
    world.cut();
    world.decide({ type: 'submit-order', order: anOrder() });
    world.virtual.advanceBy(30 * SECOND);
    expect(runner.link.linked).toBe(true);
    expect(runner.submitted).toEqual([]);
  });

  test('behavior: the old key of two works while it is replaced', () => {
    const world = createLinkWorld();
    const runner = world.startRunner({ key: OLD_LINK_KEY });
    world.virtual.advanceBy(100);
    expect(runner.link.linked).toBe(true);
  });

  test.each([
    ['an unknown key', { key: { id: 'kx', secret: 'a'.repeat(40) } }],
    ['a wrong secret', { key: { id: 'k1', secret: 'a'.repeat(40) } }],
    ['a clock 31 s ahead', { wallOffsetMs: 31_000 }],
    ['a clock 31 s behind', { wallOffsetMs: -31_000 }],
  ])('error: %s is refused at the door, and dialled again after a minute', (_, options) => {
    const world = createLinkWorld();
    const runner = world.startRunner(options);
    world.virtual.advanceBy(50 * SECOND);
    expect(world.upgrades).toHaveLength(1);
    world.virtual.advanceBy(20 * SECOND);
    expect(world.upgrades).toHaveLength(2);
    expect([runner.link.linked, runner.link.detail]).toEqual([
      false,
      'refused with 401: check RUNNER_LINK_KEYS on both sides and the clock of this host',
    ]);
    expect(world.stored()).toEqual([]);
  });

  test('behavior: dials at once, then after 1, 2, 4 … 30 s with half of it jitter, each time with a nonce of its own', () => {
    const world = createLinkWorld({ tamper: (direction, frame) => (direction === 'to-runner' ? 'x' : frame) });
    const times: number[] = [];
    const { linkSockets } = world;
    const open = linkSockets.open;
    linkSockets.open = (...args) => {
      times.push(world.virtual.clock.wallMs());
      return open(...args);
    };
    world.startRunner();
    world.virtual.advanceBy(120 * SECOND);
    const gaps = times.slice(1).map((at, index) => Math.round((at - (times[index] ?? 0)) / 50) * 50);
    expect(gaps.slice(0, 8)).toEqual([150, 750, 1_500, 3_000, 6_000, 12_000, 22_500, 22_500]);
    expect(new Set(world.upgrades.map((headers) => headers['x-link-nonce'])).size).toBe(world.upgrades.length);
  });

  test('behavior: the lease lapses 5 s after the last renewal, and not before; a new link renews it', () => {
    const world = createLinkWorld();
    const runner = world.startRunner();
    // Challenge, hello and welcome take 25 ms, so that renewals come 25 ms after each second.
    world.virtual.advanceTo(START_MS + 2_500);
    const linkedCalls = runner.calls.length;
    world.setMayLead(false);
    world.virtual.advanceTo(START_MS + 7_024);
    expect([runner.link.leaseFresh, runner.calls.slice(linkedCalls)]).toEqual([true, []]);
    world.virtual.advanceTo(START_MS + 7_025);
    expect([runner.link.leaseFresh, runner.calls.slice(linkedCalls)]).toEqual([false, ['lapsed']]);
    world.setMayLead(true);
    world.virtual.advanceBy(2 * SECOND);
    expect([runner.link.leaseFresh, runner.calls.slice(linkedCalls)]).toEqual([
      true,
      ['lapsed', 'renewed', 'resumed '],
    ]);
  });

  test('behavior: renewals that waited on the way while nothing got through do not make an old object lead again', () => {
    const held: (() => void)[] = [];
    let holding = false;
    const world = createLinkWorld({ hold: (deliver) => (holding ? void held.push(deliver) : deliver()) });
    const runner = world.startRunner();
    world.virtual.advanceBy(3 * SECOND);
    holding = true;
    world.virtual.advanceBy(4 * SECOND);
    world.decide({ type: 'submit-order', order: anOrder() });
    world.virtual.advanceBy(2 * SECOND);
    expect(runner.calls.at(-1)).toBe('lapsed');
    const calls = runner.calls.length;
    for (const deliver of held.splice(0)) deliver();
    expect([runner.calls.length, runner.link.leaseFresh, runner.submitted]).toEqual([calls, false, []]);
    holding = false;
    world.virtual.advanceBy(30 * SECOND);
    expect([runner.link.linked, runner.link.leaseFresh, runner.submitted]).toEqual([true, true, []]);
  });

  test('behavior: a short loss of the link does not touch the lease; the same runner is back at once', () => {
    const world = createLinkWorld();
    const runner = world.startRunner();
    world.virtual.advanceBy(20 * SECOND);
    world.cut();
    world.virtual.advanceBy(SECOND);
    expect(runner.link.linked).toBe(true);
    expect(runner.calls).toEqual(['epoch 1', 'renewed', 'resumed ', 'resumed ']);
    expect(typesOf(world)).toEqual(['runner-linked', 'runner-unlinked', 'runner-linked']);
  });

  test('behavior: a new epoch begins before anything of it is obeyed', () => {
    const world = createLinkWorld();
    const runner = world.startRunner();
    world.virtual.advanceBy(20 * SECOND);
    world.bootObject();
    world.virtual.advanceBy(SECOND);
    expect(runner.calls).toEqual(['epoch 1', 'renewed', 'resumed ', 'epoch 2', 'resumed ']);
  });

  test('error: an object of a lower epoch than one that was followed is refused, also after a restart of the runner', () => {
    const world = createLinkWorld();
    const first = world.startRunner();
    world.virtual.advanceBy(SECOND);
    first.crash();
    first.disk.write('link-btc-updown-5m.json', '{"highestEpoch":9,"factBlocks":1}');
    const second = world.startRunner({ disk: first.disk });
    world.virtual.advanceBy(SECOND);
    expect(second.calls).toEqual([]);
    expect(second.link.detail).toBe('epoch 1 was superseded by 9');
  });

  test('error: a message of another epoch ends the link and is not obeyed', () => {
    const world = createLinkWorld({
      tamper: (_, frame) => frame.replace('"submit-order","epoch":1', '"submit-order","epoch":2'),
    });
    const runner = world.startRunner();
    world.virtual.advanceBy(100);
    world.decide({ type: 'submit-order', order: anOrder() });
    world.virtual.advanceBy(20);
    expect(runner.submitted).toEqual([]);
    expect(runner.link.detail).toBe('submit-order of epoch 2 came over a link of epoch 1');
  });

  test('behavior: with a Worker of another release only cancels are obeyed, and no lease is given', () => {
    const world = createLinkWorld({
      tamper: (direction, frame) => (direction === 'to-runner' ? frame.replace('"protocol":2', '"protocol":3') : frame),
    });
    const runner = world.startRunner();
    world.virtual.advanceBy(10 * SECOND);
    world.decide({ type: 'submit-order', order: anOrder() }, cancel('mm-0'));
    world.decide({ type: 'instruct-runner', verb: 'resume', scope: 'series', commandId: 'c1' });
    world.virtual.advanceBy(SECOND);
    expect(runner.calls).toEqual(['epoch 1', 'cancel mm-0']);
    expect([runner.link.linked, runner.link.leaseFresh]).toEqual([false, false]);
  });

  test('behavior: where orders end in the object none of its intents is the runner’s, and no lease is given', () => {
    const world = createLinkWorld({ execution: 'simulated' });
    const runner = world.startRunner();
    world.virtual.advanceBy(30 * SECOND);
    world.decide({ type: 'submit-order', order: anOrder() });
    world.virtual.advanceBy(SECOND);
    expect(runner.calls).toEqual([]);
    expect([world.object.linked, runner.link.leaseFresh, runner.link.pendingFacts]).toEqual([true, false, 0]);
    runner.fact(aFact(1));
    world.virtual.advanceBy(SECOND);
    expect([factsOf(world), runner.link.pendingFacts]).toEqual([[], 1]);
  });

  test('behavior: it says that it leaves, and dials no more', () => {
    const world = createLinkWorld();
    const runner = world.startRunner();
    world.virtual.advanceBy(100);
    runner.link.stop('SIGTERM');
    world.virtual.advanceBy(100 * SECOND);
    expect(world.upgrades).toHaveLength(1);
    expect(world.stored().at(-1)).toMatchObject({ type: 'runner-unlinked', reason: 'the runner stops: SIGTERM' });
  });
});

describe('one runner at a time', () => {
  test('behavior: a second runner is refused while the first one’s lease is fresh', () => {
    const world = createLinkWorld();
    const first = world.startRunner();
    world.virtual.advanceBy(SECOND);
    const second = world.startRunner({ runnerId: 'folder-2' });
    world.virtual.advanceBy(60 * SECOND);
    expect([first.link.linked, second.link.linked]).toEqual([true, false]);
    expect(second.calls).toEqual([]);
    expect(second.link.detail).toContain('runner folder-1 holds the lease');
  });

  test('behavior: another state folder waits 20 s from the last lease, the same one does not', () => {
    const world = createLinkWorld();
    const first = world.startRunner();
    world.virtual.advanceBy(10 * SECOND);
    const lastLeaseMs = world.virtual.clock.wallMs();
    first.crash();
    const second = world.startRunner({ runnerId: 'folder-2' });
    world.virtual.advanceTo(lastLeaseMs + TAKEOVER_WAIT_MS - 1_100);
    expect(second.calls).toEqual([]);
    world.virtual.advanceBy(2 * SECOND);
    expect(second.calls).toEqual(['epoch 1', 'renewed', 'resumed ']);
  });

  test('behavior: nor does a restart of the object shorten the wait', () => {
    const world = createLinkWorld();
    const first = world.startRunner();
    world.virtual.advanceBy(10 * SECOND);
    first.crash();
    world.bootObject();
    const bootMs = world.virtual.clock.wallMs();
    const second = world.startRunner({ runnerId: 'folder-2' });
    world.virtual.advanceTo(bootMs + TAKEOVER_WAIT_MS - 100);
    expect(second.calls).toEqual([]);
    world.virtual.advanceBy(SECOND);
    expect(second.link.linked).toBe(true);
  });

  test('behavior: the first one comes back while the other waits, and is let in at once', () => {
    const world = createLinkWorld();
    const first = world.startRunner();
    world.virtual.advanceBy(10 * SECOND);
    first.crash();
    const second = world.startRunner({ runnerId: 'folder-2' });
    world.virtual.advanceBy(5 * SECOND);
    const again = world.startRunner({ disk: first.disk });
    world.virtual.advanceBy(SECOND);
    expect([again.link.linked, second.link.linked]).toEqual([true, false]);
    world.virtual.advanceBy(60 * SECOND);
    expect([again.link.linked, second.link.linked]).toEqual([true, false]);
  });

  test('behavior: a runner that answers no lease for 5 s is no runner', () => {
    let deaf = false;
    const world = createLinkWorld({
      tamper: (direction, frame) => (direction === 'to-object' && deaf ? '{"messages":[]}' : frame),
    });
    world.startRunner();
    world.virtual.advanceBy(2 * SECOND);
    deaf = true;
    world.virtual.advanceBy(4 * SECOND);
    expect(world.object.linked).toBe(true);
    world.virtual.advanceBy(3 * SECOND);
    expect(world.stored()).toContainEqual(
      expect.objectContaining({ type: 'runner-unlinked', reason: 'the runner answers no lease' }),
    );
  });
});

describe('facts', () => {
  test('default: stored once, acknowledged, forgotten', () => {
    const world = createLinkWorld();
    const runner = world.startRunner();
    world.virtual.advanceBy(100);
    for (const id of [1, 2, 3]) runner.fact(aFact(id));
    world.virtual.advanceBy(4);
    expect(runner.link.pendingFacts).toBe(3);
    world.virtual.advanceBy(100);
    expect(factsOf(world)).toEqual(['o-1', 'o-2', 'o-3']);
    expect(runner.link.pendingFacts).toBe(0);
  });

  test('behavior: what was said without a link is said with the next one, also by the next process', () => {
    const world = createLinkWorld();
    const first = world.startRunner();
    first.fact(aFact(1));
    first.crash();
    const second = world.startRunner({ disk: first.disk });
    second.fact(aFact(2));
    world.virtual.advanceBy(SECOND);
    expect(factsOf(world)).toEqual(['o-1', 'o-2']);
  });

  test('behavior: what no resume asks for again is on the disk before it is told', () => {
    const synced: string[] = [];
    const disk = { ...createMemoryDisk(), sync: (name: string) => void synced.push(name) };
    const world = createLinkWorld();
    const runner = world.startRunner({ disk });
    runner.fact(aFact(1));
    expect(synced).toEqual([]);
    const conditionId = conditionOf(START_MS);
    const change = { conditionId, change: 'merged', sizeMicro: 1, costMicro: 0, transactionHash: '0x1' } as const;
    runner.fact({ type: 'complete-sets-changed', tsEvent: START_MS, ...change });
    const match = { clientOrderId: 'o' as ClientOrderId, tradeId: 't' as TradeId, transactionHash: null } as const;
    runner.fact({ type: 'fill-settlement-changed', tsEvent: START_MS, ...match, status: 'failed' });
    expect(synced).toHaveLength(2);
  });

  test('behavior: a number that a power cut took from the log is never given to another fact', () => {
    const world = createLinkWorld();
    const first = world.startRunner();
    world.virtual.advanceBy(100);
    first.fact(aFact(1));
    world.virtual.advanceBy(100);
    first.crash();
    first.disk.write('link-btc-updown-5m-facts.log', '');
    const second = world.startRunner({ disk: first.disk });
    second.fact(aFact(2));
    second.crash();
    const third = world.startRunner({ disk: first.disk });
    world.virtual.advanceBy(SECOND);
    expect(factsOf(world)).toEqual(['o-1', 'o-2']);
    expect([third.link.pendingFacts, world.alerts]).toEqual([0, []]);
  });

  test('behavior: a folder that was put back numbers its facts above what the object knows', () => {
    const world = createLinkWorld();
    const first = world.startRunner();
    world.virtual.advanceBy(100);
    first.fact(aFact(1));
    world.virtual.advanceBy(100);
    first.crash();
    const second = world.startRunner({ disk: createMemoryDisk() });
    second.crash();
    const third = world.startRunner({ disk: createMemoryDisk() });
    third.fact(aFact(2));
    world.virtual.advanceBy(SECOND);
    expect(factsOf(world)).toEqual(['o-1', 'o-2']);
  });

  test('behavior: a torn last line is no fact; one in the middle stops the start with a sentence', () => {
    const name = 'link-btc-updown-5m-facts.log';
    const line = JSON.stringify({ seq: FACT_BLOCK + 1, fact: aFact(1) });
    const world = createLinkWorld();
    const torn = createMemoryDisk();
    torn.write(name, `${line}\n{"seq":1000`);
    const runner = world.startRunner({ disk: torn });
    runner.fact(aFact(2));
    world.virtual.advanceBy(SECOND);
    expect(factsOf(world)).toEqual(['o-1', 'o-2']);
    const damaged = createMemoryDisk();
    damaged.write(name, `{"seq":1000\n${line}\n`);
    expect(() => world.startRunner({ disk: damaged })).toThrow(
      "link-btc-updown-5m-facts.log in the runner's state folder is damaged at line 1",
    );
  });

  test('behavior: nothing is acknowledged that was not stored', () => {
    const world = createLinkWorld();
    const runner = world.startRunner();
    world.virtual.advanceBy(100);
    world.setStorageFails(true);
    runner.fact(aFact(1));
    world.virtual.advanceBy(3 * SECOND);
    expect(runner.link.pendingFacts).toBe(1);
    world.setStorageFails(false);
    world.virtual.advanceBy(60 * SECOND);
    expect([runner.link.pendingFacts, factsOf(world)]).toEqual([0, ['o-1']]);
  });

  test('error: a fact that cannot be read halts the series with an alert, and the ones behind it come', () => {
    const world = createLinkWorld({
      tamper: (direction, frame) =>
        direction === 'to-object' ? frame.replace('"order-absent","tsEvent"', '"order-vanished","tsEvent"') : frame,
    });
    const runner = world.startRunner();
    world.virtual.advanceBy(100);
    runner.fact(aFact(1));
    runner.fact({ type: 'submission-unknown', tsEvent: START_MS, clientOrderId: 'o-2' as ClientOrderId });
    world.virtual.advanceBy(SECOND);
    expect(world.alerts).toEqual(['critical unreadable-fact']);
    expect(world.stored().slice(1)).toMatchObject([
      { type: 'runner-restriction-changed', reason: 'unreadable-fact', mode: 'halted' },
      { type: 'submission-unknown', clientOrderId: 'o-2' },
    ]);
    expect(runner.link.pendingFacts).toBe(0);
  });

  test('property: exactly once and in order, whatever is cut, crashes or starts anew', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constant('fact' as const), waitMs: fc.nat(60) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const), waitMs: fc.nat(3_000) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('boot' as const), waitMs: fc.nat(3_000) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), waitMs: fc.nat(3_000) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), waitMs: fc.nat(30_000) }) },
    );
    assertProperty(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const world = createLinkWorld();
        let runner = world.startRunner();
        const said: string[] = [];
        for (const { do: what, waitMs } of steps) {
          if (what === 'fact') {
            said.push(`o-${said.length}`);
            runner.fact(aFact(said.length - 1));
          } else if (what === 'cut') world.cut();
          else if (what === 'boot') world.bootObject();
          else if (what === 'crash') {
            runner.crash();
            runner = world.startRunner({ disk: runner.disk });
          }
          world.virtual.advanceBy(waitMs);
        }
        world.virtual.advanceBy(120 * SECOND);
        expect(factsOf(world)).toEqual(said);
        expect([runner.link.pendingFacts, world.alerts]).toEqual([0, []]);
      }),
      { numRuns: 150 },
    );
  });
});
