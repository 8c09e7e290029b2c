import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../core/engine/events.ts';
import type { JournalRecord } from '../../core/engine/journal/record.ts';
import type { ClientOrderId } from '../../core/model/identifiers.ts';
import { helloMac } from '../../core/protocol/link-auth.ts';
import { FACT_BLOCK, LINK_PROTOCOL_VERSION, type LinkExecution } from '../../core/protocol/runner-link.ts';
import { createRunnerLink, type RunnerLink } from '../../durable-objects/runner-link.ts';
import { anOrder } from '../support/builders.ts';
import { type DurableStores, openStores, runnerLinked, SERIES, START_MS } from '../support/durable-stores.ts';
import { aFact, LINK_KEY } from '../support/link-world.ts';
import { countingNonces, createMemoryLog, createVirtualClock } from '../support/node-ports.ts';

const EPOCH = 7;
const SECOND = 1_000;

interface Message {
  readonly type: string;
  readonly nonce?: string;
}

function aLink(options: { readonly execution?: LinkExecution; readonly stores?: DurableStores } = {}) {
  const virtual = createVirtualClock(START_MS);
  const stores = options.stores ?? openStores();
  const events: EngineEvent[] = [];
  const alerts: string[] = [];
  const link = createRunnerLink({
    series: SERIES,
    epoch: EPOCH,
    buildId: 'test',
    execution: options.execution ?? 'venue',
    keys: [LINK_KEY],
    clock: virtual.clock,
    timers: virtual.timers,
    log: createMemoryLog(),
    meta: stores.meta,
    counter: stores.counter,
    randomHex: countingNonces().hex,
    ingest: (taken) => {
      events.push(...taken);
      return true;
    },
    alert: (code, severity) => void alerts.push(`${severity} ${code}`),
    mayLead: () => true,
    openOrders: () => [],
    marketSlugs: () => [],
  });
  return { virtual, stores, link, events, alerts };
}

/** A runner in words of its own: what it is sent, and its answers. */
function connect(link: RunnerLink, upgradeNonce: string | null = null) {
  const messages: Message[] = [];
  const frames: string[] = [];
  const closed: (readonly [number, string])[] = [];
  const handlers = link.attach(
    {
      send: (frame) => {
        frames.push(frame);
        messages.push(...(JSON.parse(frame) as { messages: Message[] }).messages);
      },
      close: (code, reason) => void closed.push([code, reason]),
    },
    upgradeNonce,
  );
  const say = (...said: unknown[]) => handlers.onFrame(JSON.stringify({ messages: said }));
  const hello = (change: Record<string, unknown> = {}, macChange: Record<string, unknown> = {}) => {
    const nonce = messages.find(({ type }) => type === 'challenge')?.nonce ?? '';
    const stated = {
      protocol: LINK_PROTOCOL_VERSION,
      runnerId: 'r1',
      keyId: LINK_KEY.id,
      epoch: EPOCH,
      timeMs: START_MS,
      ...change,
    };
    const mac = helloMac(LINK_KEY, { ...stated, series: SERIES, nonce, ...macChange });
    return { type: 'hello', ...stated, mac };
  };
  return {
    messages,
    frames,
    closed,
    handlers,
    say,
    hello,
    types: () => messages.map(({ type }) => type),
    ofType: (type: string) => messages.filter((message) => message.type === type),
  };
}

const cancel = { type: 'cancel-order', clientOrderId: 'old' as ClientOrderId, reason: 'moved' } as const;
const record: JournalRecord = {
  event: { ...runnerLinked(5), tsEvent: 10, tsInit: 20 },
  outputs: [
    cancel,
    { type: 'submit-order', order: anOrder({ salt: 1 }) },
    { type: 'resend-order', clientOrderId: 'old' as ClientOrderId },
    { type: 'raise-alert', code: 'x', severity: 'info', detail: '' },
  ],
};

describe('createRunnerLink', () => {
  test('default: challenge, then welcome, lease and resume; only then is the runner linked', () => {
    const { link, events } = aLink();
    const runner = connect(link);
    expect(runner.messages).toMatchObject([
      { type: 'challenge', protocol: LINK_PROTOCOL_VERSION, series: SERIES, epoch: EPOCH, execution: 'venue' },
    ]);
    expect([link.linked, events]).toEqual([false, []]);
    runner.say(runner.hello());
    expect(runner.types()).toEqual(['challenge', 'welcome', 'lease', 'resume']);
    expect(events).toMatchObject([{ type: 'runner-linked', runnerId: 'r1' }]);
    expect([link.linked, link.detail]).toEqual([true, 'runner r1']);
  });

  test('behavior: intents go out as one frame at once, each with epoch and cause; other outputs stay', () => {
    const { link } = aLink();
    const runner = connect(link);
    runner.say(runner.hello());
    const before = runner.frames.length;
    link.note([record, { event: runnerLinked(6), outputs: [] }]);
    const cause = { seq: 5, tsEvent: 10, tsInit: 20 };
    expect(runner.frames.slice(before).map((frame) => JSON.parse(frame))).toEqual([
      {
        messages: [
          { type: 'cancel-order', epoch: EPOCH, clientOrderId: 'old', cause },
          { type: 'submit-order', epoch: EPOCH, order: anOrder({ salt: 1 }), cause },
          { type: 'resend-order', epoch: EPOCH, clientOrderId: 'old', cause },
        ],
      },
    ]);
  });

  test('behavior: before the welcome nothing is sent and nothing is heard', () => {
    const { link, events } = aLink();
    const runner = connect(link);
    link.note([record]);
    expect(runner.types()).toEqual(['challenge']);
    runner.say({ type: 'fact', seq: 1, fact: aFact(1) });
    expect([runner.closed, events]).toEqual([[[1008, 'fact came before hello']], []]);
  });

  test('behavior: the simulated venue’s orders are shown, with no lease and nothing else', () => {
    const { link, virtual } = aLink({ execution: 'simulated' });
    const runner = connect(link);
    runner.say(runner.hello());
    link.note([record]);
    virtual.advanceBy(10 * SECOND);
    expect(runner.types()).toEqual(['challenge', 'welcome', 'cancel-order', 'submit-order']);
  });

  test('behavior: a runner of another protocol version may only cancel, brings its facts, and is not linked', () => {
    const { link, events, alerts, virtual } = aLink();
    const runner = connect(link);
    runner.say(runner.hello({ protocol: 3 }));
    link.note([record]);
    runner.say({ type: 'fact', seq: 1, fact: aFact(1) });
    virtual.advanceBy(10 * SECOND);
    expect(runner.types()).toEqual(['challenge', 'welcome', 'cancel-all', 'cancel-order', 'ack']);
    expect([link.linked, events.map(({ type }) => type), alerts]).toEqual([
      false,
      ['order-absent'],
      ['critical link-protocol'],
    ]);
  });

  test.each([
    ['a wrong nonce', {}, { nonce: '1'.repeat(32) }, 'wrong-mac'],
    ['an old epoch', { epoch: 6 }, {}, 'wrong-mac'],
    ['an old epoch under the right MAC', { epoch: 6 }, { epoch: EPOCH }, 'other-epoch'],
    ['another series', {}, { series: 'eth-updown-5m' }, 'wrong-mac'],
    ['an unknown key', { keyId: 'k9' }, {}, 'unknown-key'],
    ['a time 31 s ahead', { timeMs: START_MS + 31_000 }, {}, 'clock'],
    ['a time 31 s behind', { timeMs: START_MS - 31_000 }, {}, 'clock'],
  ])('error: a hello with %s', (_, change, macChange, why) => {
    const { link, events } = aLink();
    const runner = connect(link);
    runner.say(runner.hello(change, macChange));
    expect(runner.closed).toEqual([[1008, `the runner is not believed: ${why}`]]);
    expect([runner.types(), events]).toEqual([['challenge'], []]);
  });

  test('error: a hello that was right on another socket, and a second one on the same', () => {
    const { link } = aLink();
    const first = connect(link);
    const hello = first.hello();
    first.say(hello);
    const second = connect(link);
    second.say(hello);
    expect(second.closed).toEqual([[1008, 'the runner is not believed: wrong-mac']]);
    first.say(hello);
    expect(first.closed).toEqual([[1008, 'the challenge was answered before']]);
  });

  test('error: an upgrade is good for one socket', () => {
    const { link } = aLink();
    const nonce = '2'.repeat(32);
    connect(link, nonce);
    const again = connect(link, nonce);
    expect([again.closed, again.messages]).toEqual([[[1008, 'this upgrade was used before']], []]);
  });

  test.each([
    ['no JSON', 'x', 1008],
    ['no frame', '{}', 1008],
    ['an unknown message', '{"messages":[{"type":"order"}]}', 1008],
    ['a truncated frame', '{"messages":[{"type":"he', 1008],
    ['a frame without end', 'x'.repeat(2_000_001), 1009],
  ])('error: %s closes the link', (_, frame, code) => {
    const { link, events } = aLink();
    const runner = connect(link);
    runner.say(runner.hello());
    runner.handlers.onFrame(frame);
    expect(runner.closed.map(([stated]) => stated)).toEqual([code]);
    expect(events.map(({ type }) => type)).toEqual(['runner-linked', 'runner-unlinked']);
  });

  test('error: who does not answer within 10 s is closed, and of five who are silent the first', () => {
    const { link, virtual } = aLink();
    const strangers = [1, 2, 3, 4, 5].map(() => connect(link));
    expect(strangers.map(({ closed }) => closed.map(([code]) => code))).toEqual([[1013], [], [], [], []]);
    virtual.advanceBy(10 * SECOND);
    expect(strangers.slice(1).map(({ closed }) => closed.map(([code]) => code))).toEqual([
      [1008],
      [1008],
      [1008],
      [1008],
    ]);
  });

  test('behavior: the same runner takes its own place at once; its old socket means nothing any more', () => {
    const { link, events } = aLink();
    const old = connect(link);
    old.say(old.hello());
    const next = connect(link);
    next.say(next.hello());
    expect(old.closed).toEqual([[4000, 'the runner connected again']]);
    old.handlers.onClose();
    old.say({ type: 'ping', id: 1 });
    expect([link.linked, old.ofType('pong')]).toEqual([true, []]);
    expect(events.map(({ type }) => type)).toEqual(['runner-linked', 'runner-unlinked', 'runner-linked']);
  });

  test('error: a socket that cannot send any more is a runner that is gone, and no exception', () => {
    const { link, events } = aLink();
    let broken = false;
    let nonce = '';
    const handlers = link.attach(
      {
        send: (frame) => {
          if (broken) throw new Error('broken pipe');
          nonce ||= (JSON.parse(frame) as { messages: Message[] }).messages[0]?.nonce ?? '';
        },
        close: () => undefined,
      },
      null,
    );
    const proof = { protocol: 2, runnerId: 'r1', keyId: LINK_KEY.id, epoch: EPOCH, timeMs: START_MS };
    const mac = helloMac(LINK_KEY, { ...proof, series: SERIES, nonce });
    handlers.onFrame(JSON.stringify({ messages: [{ type: 'hello', ...proof, mac }] }));
    broken = true;
    link.note([record]);
    expect([link.linked, link.detail]).toEqual([false, 'broken pipe']);
    expect(events.map(({ type }) => type)).toEqual(['runner-linked', 'runner-unlinked']);
  });
});

describe('lease', () => {
  /** Answers every lease for `seconds`. */
  function lead(made: ReturnType<typeof aLink>, runner: ReturnType<typeof connect>, seconds: number, aheadMs = 0) {
    for (let second = 0; second < seconds; second++) {
      made.virtual.advanceBy(SECOND);
      const number = runner.ofType('lease').length;
      runner.say({ type: 'lease-ack', number, wallMs: made.virtual.clock.wallMs() + aheadMs });
    }
  }

  test('behavior: every renewal follows something that was stored in the last 2 s', () => {
    const made = aLink();
    const runner = connect(made.link);
    const writtenAt: number[] = [];
    let written = made.stores.counter.written;
    const watch = () => {
      if (made.stores.counter.written !== written) writtenAt.push(made.virtual.clock.wallMs());
      written = made.stores.counter.written;
    };
    runner.say(runner.hello());
    watch();
    for (let second = 0; second < 10; second++) {
      lead(made, runner, 1);
      watch();
      expect(made.virtual.clock.wallMs() - (writtenAt.at(-1) ?? 0)).toBeLessThanOrEqual(2 * SECOND);
    }
    expect(runner.ofType('lease').map((message) => (message as unknown as { number: number }).number)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
    ]);
  });

  test('behavior: where the series itself writes, the lease costs no row', () => {
    const made = aLink();
    const runner = connect(made.link);
    runner.say(runner.hello());
    const before = made.stores.meta.get('link-lease');
    for (let second = 0; second < 5; second++) {
      made.stores.counter.written++;
      lead(made, runner, 1);
    }
    expect(made.stores.meta.get('link-lease')).toBe(before);
  });

  test('error: an object whose storage refuses gives no lease', () => {
    const made = aLink();
    const runner = connect(made.link);
    runner.say(runner.hello());
    made.stores.sql.crashAfter(0);
    expect(() => made.virtual.advanceBy(SECOND)).toThrow();
    expect(runner.ofType('lease')).toHaveLength(1);
  });

  test.each([
    [200, []],
    [-200, []],
    [400, ['reducing']],
    [-1_500, ['halted']],
  ])('behavior: a runner’s clock that is %i ms off restricts: %j', (aheadMs, modes) => {
    const made = aLink();
    const runner = connect(made.link);
    runner.say(runner.hello());
    lead(made, runner, 20, aheadMs);
    const seen = made.events.flatMap((event) => (event.type === 'runner-restriction-changed' ? [event.mode] : []));
    expect(seen).toEqual(modes);
    if (modes.length === 0) return;
    lead(made, runner, 20);
    expect(made.events.at(-1)).toMatchObject({
      type: 'runner-restriction-changed',
      reason: 'runner-clock',
      mode: 'active',
    });
  });
});

describe('facts', () => {
  const fact = (seq: number) => ({ type: 'fact', seq, fact: aFact(seq) });

  test('behavior: a repeated number is dropped and acknowledged, one that is missing ends the link', () => {
    const made = aLink();
    const runner = connect(made.link);
    runner.say(runner.hello());
    runner.say(fact(1), fact(2));
    runner.say(fact(1), fact(2), fact(3));
    made.virtual.advanceBy(40);
    expect(runner.ofType('ack')).toEqual([
      { type: 'ack', seq: 2 },
      { type: 'ack', seq: 3 },
    ]);
    runner.say(fact(5));
    expect(runner.closed).toEqual([[1008, 'fact 5 came after 3']]);
    expect(made.events.filter(({ type }) => type === 'order-absent')).toHaveLength(3);
  });

  test('behavior: a gap at a link’s beginning is taken, with an alert; a new block is no gap', () => {
    const made = aLink();
    const runner = connect(made.link);
    runner.say(runner.hello());
    runner.say(fact(FACT_BLOCK + 1));
    expect(made.alerts).toEqual([]);
    const again = connect(made.link);
    again.say(again.hello());
    again.say(fact(FACT_BLOCK + 7));
    again.say(fact(2 * FACT_BLOCK + 1));
    expect([made.alerts, again.closed]).toEqual([['critical facts-missing'], []]);
    expect(made.events.filter(({ type }) => type === 'order-absent')).toHaveLength(3);
  });

  test('behavior: the newest number outlives the object, for each runner its own', () => {
    const first = aLink();
    const runner = connect(first.link);
    runner.say(runner.hello());
    runner.say(fact(1), fact(2));
    first.link.stop();
    const second = aLink({ stores: first.stores });
    const again = connect(second.link);
    again.say(again.hello());
    expect(again.ofType('welcome')).toEqual([{ type: 'welcome', ackSeq: 2 }]);
    again.say(fact(2), fact(3));
    expect(second.events).toMatchObject([{ type: 'runner-linked' }, { type: 'order-absent', seq: 0, tsInit: 0 }]);
  });
});
