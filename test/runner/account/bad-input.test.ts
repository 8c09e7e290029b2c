/**
 * What the venue says and should not: the account keeps what it cannot read as unknown, never throws, never loses a match, and says so.
 * Every byte goes the real way: HTTP answer or channel frame, client, account.
 */
import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { HttpAnswer } from '../../../runner/ports.ts';
import { mutationsOf } from '../../core/venue/mutated-json.ts';
import { allNamedFrames } from '../../fixtures/venue/load.ts';
import { type AccountAtVenue, createAccountAtVenue } from '../../support/account-at-venue.ts';

const UNIT = 1_000_000;
/** Longer than anything is asked for again. */
const LONG_MS = 90_000;

const worlds: AccountAtVenue[] = [];
async function aWorld(): Promise<AccountAtVenue> {
  const world = await createAccountAtVenue();
  worlds.push(world);
  return world;
}
afterEach(() => {
  for (const world of worlds.splice(0)) world.stop();
});

/** Bodies that are no answer to anything. */
const NONSENSE: [name: string, body: string][] = [
  ['nothing', ''],
  ['half of an answer', '{"success":true,"orderID":"0x6d17'],
  ['HTML', '<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>'],
  ['a number', '1e999'],
  ['text', '"ok"'],
  ['null', 'null'],
  ['a list', '[[[]]]'],
  ['an empty object', '{}'],
  ['prototype keys', '{"__proto__":{"success":true},"constructor":1}'],
  ['a giant', `{"data":"${'x'.repeat(2_000_000)}"}`],
  ['a deep one', '['.repeat(50_000)],
];

const ok = (body: string): HttpAnswer => ({ status: 200, headers: {}, body });

/** Changes the JSON of answers to one route; others arrive as they are. */
function changing(route: string, change: (value: Record<string, unknown>) => unknown) {
  return (asked: string, answer: HttpAnswer): HttpAnswer => {
    if (asked !== route || answer.status !== 200) return answer;
    return { ...answer, body: JSON.stringify(change(JSON.parse(answer.body) as Record<string, unknown>)) };
  };
}

describe('the answer to a POST', () => {
  test.each([
    ...NONSENSE,
    ['an order and a refusal', '{"success":true,"errorMsg":"not enough balance","orderID":"0x1","status":"live"}'],
    ['no order', '{"success":true,"errorMsg":"","status":"live"}'],
    ['another order', `{"success":true,"errorMsg":"","orderID":"0x${'7'.repeat(64)}","status":"live"}`],
    ['an order of another kind', '{"success":true,"errorMsg":"","orderID":17,"status":"live"}'],
  ])('behavior: %s leaves an order that stands as exposure, until it is found', async (_name, body) => {
    const world = await aWorld();
    world.spoilAnswer = (route, answer) => (route === 'POST /order' ? ok(body) : answer);
    // Nobody else may tell of it before.
    world.spoilFrame = () => null;
    const order = world.submit();
    await world.advance(30);
    expect(world.told(order)[0]).toBe('submission-unknown');
    expect(world.account.status()).toMatchObject({ openOrders: 1 });
    await world.advance(3_000);
    expect(world.told(order)).toContain('order-accepted');
    expect(world.thrown()).toEqual([]);
  });

  test.each(['HELD_FOR_REVIEW', '', 17, null, { status: 'live' }])(
    'behavior: the status %j ends nothing: the order is asked',
    async (status) => {
      const world = await aWorld();
      world.spoilAnswer = changing('POST /order', (value) => ({ ...value, status }));
      const order = world.submit();
      await world.advance(3_000);
      expect(world.account.status()).toMatchObject({ openOrders: 1, unknownOrders: 0 });
      expect(world.told(order)).not.toContain('order-rejected');
      expect(world.thrown()).toEqual([]);
    },
  );

  test('behavior: fields of next year change nothing', async () => {
    const world = await aWorld();
    world.spoilAnswer = changing('POST /order', (value) => ({ ...value, nextYear: { status: 'live' }, fee: 'NaN' }));
    const order = world.submit();
    await world.advance(100);
    expect(world.told(order)).toEqual(['order-accepted']);
  });
});

describe('the venue’s refusals', () => {
  const schema = z.strictObject({
    status: z.int(),
    headers: z.record(z.string(), z.string()),
    body: z.string(),
    expected: z.object({
      kind: z.string(),
      code: z.string().optional(),
      duplicated: z.boolean().optional(),
      geoblocked: z.boolean().optional(),
    }),
  });
  const cases = allNamedFrames('polymarket-errors').map(([name, frame]) => [name, schema.parse(frame)] as const);

  /** The first fact that the series is told, and what else must have been told. */
  function consequenceOf({ kind, code, duplicated, geoblocked }: z.infer<typeof schema>['expected']): {
    readonly fact: object;
    readonly also: object | null;
  } {
    const rejected = (as: string, also: object | null = null) => ({ fact: { type: 'order-rejected', code: as }, also });
    const inMode = (as: string, mode: string) => rejected(as, { type: 'venue-mode-changed', mode });
    switch (kind) {
      case 'rejected':
        return duplicated === true ? { fact: { type: 'submission-unknown' }, also: null } : rejected(code ?? '');
      case 'ambiguous':
        return { fact: { type: 'submission-unknown' }, also: null };
      case 'malformed':
        return rejected('malformed', { type: 'runner-alerted', code: 'malformed-request' });
      case 'unauthorised':
        return geoblocked === true
          ? rejected('geoblocked', { type: 'runner-restriction-changed', reason: 'runner-geoblock', mode: 'reducing' })
          : rejected('unauthorised', {
              type: 'runner-restriction-changed',
              reason: 'runner-account',
              mode: 'halted',
            });
      case 'rate-limited':
        return rejected('rate-limited');
      case 'post-only-mode':
        return inMode('post-only-mode', 'post-only');
      case 'cancel-only':
        return inMode('cancel-only', 'cancel-only');
      case 'disabled':
        return inMode('cancel-only', 'disabled');
      case 'restarting':
        return inMode('restarting', 'restarting');
      default:
        throw new Error(`${kind} is no class of refusals`);
    }
  }

  test.each(cases)('default: %s', async (_name, { expected, ...answer }) => {
    const world = await aWorld();
    world.answerInstead = (route) => (route === 'POST /order' ? answer : null);
    const order = world.submit();
    await world.advance(20);
    const { fact, also } = consequenceOf(expected);
    const isAboutIt = (one: object): boolean => 'clientOrderId' in one && one.clientOrderId === order.clientOrderId;
    expect(world.facts.find(isAboutIt)).toMatchObject(fact);
    if (also !== null) expect(world.facts).toContainEqual(expect.objectContaining(also));
    const isOpen = 'type' in fact && fact.type === 'submission-unknown';
    expect(world.account.status().openOrders).toBe(isOpen ? 1 : 0);
    expect(world.thrown()).toEqual([]);
    // No page of anybody's goes on to the series.
    for (const told of world.facts) expect(JSON.stringify(told)).not.toContain('<');
  });

  test('behavior: words that nobody knows are a refusal with these words, and no more than 200 of them', async () => {
    const world = await aWorld();
    const error = `something new ${'x'.repeat(5_000)}`;
    world.answerInstead = (route) =>
      route === 'POST /order' ? { status: 400, headers: {}, body: JSON.stringify({ error }) } : null;
    world.submit();
    await world.advance(20);
    const fact = world.facts.find(({ type }) => type === 'order-rejected');
    expect(fact).toMatchObject({ code: 'other', detail: error.slice(0, 200) });
  });
});

describe('the answer to the question about an order', () => {
  const broken: readonly (readonly [name: string, change: (value: Record<string, unknown>) => unknown])[] = [
    ['no id', ({ id: _, ...rest }) => rest],
    ['another order', (value) => ({ ...value, id: `0x${'7'.repeat(64)}` })],
    ['no status', ({ status: _, ...rest }) => rest],
    ['a status of another kind', (value) => ({ ...value, status: 7 })],
    ['no matched size', ({ size_matched: _, ...rest }) => rest],
    ['a matched size below zero', (value) => ({ ...value, size_matched: '-5' })],
    ['a matched size that is no number', (value) => ({ ...value, size_matched: 'NaN' })],
    ['a matched size beyond all numbers', (value) => ({ ...value, size_matched: '1e309' })],
    ['a price of another kind', (value) => ({ ...value, price: [0.4] })],
    ['HTML for a token', (value) => ({ ...value, asset_id: '<b>1</b>' })],
    ['no side', (value) => ({ ...value, side: 'HOLD' })],
    ['matches of another kind', (value) => ({ ...value, associate_trades: 'none' })],
  ];

  /** An order whose answer was lost, and of which the channel says nothing. */
  async function unknownOrder(world: AccountAtVenue) {
    world.spoilFrame = () => null;
    const plain = world.spoilAnswer;
    world.spoilAnswer = (route, answer) => {
      if (route === 'POST /order') return { sent: true, detail: 'the connection ended' };
      return plain === null ? answer : plain(route, answer);
    };
    const order = world.submit();
    await world.advance(20);
    return order;
  }

  test.each([
    ...NONSENSE.filter(([name]) => name !== 'null').map(
      ([name, body]) => [name, (_route: string, _answer: HttpAnswer) => ok(body)] as const,
    ),
    ...broken.map(([name, change]) => [name, changing('GET /data/order/:id', change)] as const),
  ])('behavior: %s keeps it unknown, alerts, and proves nothing', async (_name, spoil) => {
    const world = await aWorld();
    world.spoilAnswer = (route, answer) =>
      route === 'GET /data/order/:id'
        ? spoil(route, answer)
        : // What the poll would find out is not to be found out here.
          route === 'GET /data/orders'
          ? { sent: true, detail: 'the connection ended' }
          : answer;
    const order = await unknownOrder(world);
    await world.advance(LONG_MS);
    expect(world.told(order)).toEqual(expect.arrayContaining(['submission-unknown']));
    expect(world.told(order)).not.toContain('order-absent');
    expect(world.told(order)).not.toContain('order-accepted');
    expect(world.account.status()).toMatchObject({ openOrders: 1, unknownOrders: 1 });
    expect(world.facts).toContainEqual(expect.objectContaining({ type: 'runner-alerted', code: 'venue-unreadable' }));
    expect(world.thrown()).toEqual([]);

    world.spoilAnswer = null;
    world.spoilFrame = null;
    await world.advance(10_000);
    expect(world.account.status()).toMatchObject({ openOrders: 0 });
    expect(world.told(order)).toContain('order-canceled');
  });

  test('behavior: a status that nobody knows keeps it unknown, and restricts the series', async () => {
    const world = await aWorld();
    const parked = (value: Record<string, unknown>) => ({ ...value, status: 'PARKED' });
    const inListing = (page: Record<string, unknown>) => ({ ...page, data: (page['data'] as never[]).map(parked) });
    world.spoilAnswer = (route, answer) =>
      changing('GET /data/orders', inListing)(route, changing('GET /data/order/:id', parked)(route, answer));
    const order = await unknownOrder(world);
    await world.advance(LONG_MS);
    expect(world.account.status()).toMatchObject({ openOrders: 1, unknownOrders: 1 });
    expect(world.facts).toContainEqual(
      expect.objectContaining({ type: 'runner-restriction-changed', reason: 'unknown-status', mode: 'reducing' }),
    );
    expect(world.told(order)).not.toContain('order-absent');
  });
});

describe('listings', () => {
  test.each(NONSENSE)('behavior: %s for open orders ends no order', async (_name, body) => {
    const world = await aWorld();
    const order = world.submit();
    await world.advance(100);
    world.spoilAnswer = (route, answer) => (route === 'GET /data/orders' ? ok(body) : answer);
    await world.advance(LONG_MS);
    expect(world.told(order)).toEqual(['order-accepted']);
    expect(world.account.status()).toMatchObject({ openOrders: 1 });
    expect(world.thrown()).toEqual([]);
  });

  test.each(NONSENSE)('behavior: %s for matches loses none of them', async (_name, body) => {
    const world = await aWorld();
    const order = world.submit();
    await world.advance(100);
    world.spoilFrame = () => null;
    world.spoilAnswer = (route, answer) => (route === 'GET /data/trades' ? ok(body) : answer);
    world.fill(order, 20 * UNIT);
    await world.advance(30_000);
    // It is over by what the venue says of it, and is not told as over before the match is known.
    expect(world.told(order)).toEqual(['order-accepted']);
    world.spoilAnswer = null;
    await world.advance(10_000);
    expect(world.told(order)).toContain('order-filled');
    expect(world.thrown()).toEqual([]);
  });

  test.each(['<b>', 'NaN', '-1', '1e400', '99999999999999999999999', ' 5 ', '0x10', null, {}, true])(
    'behavior: the balance %j is none: what was known stays',
    async (balance) => {
      const world = await aWorld();
      const before = world.account.status().balanceMicro;
      world.spoilAnswer = changing('GET /balance-allowance', (value) => ({ ...value, balance }));
      await world.advance(LONG_MS);
      expect(world.account.status().balanceMicro).toBe(before);
      expect(world.thrown()).toEqual([]);
    },
  );
});

describe('the user channel', () => {
  test.each([
    ...NONSENSE,
    ['an unknown kind', '{"event_type":"liquidation","id":"1"}'],
    ['a match without anything', '{"event_type":"trade"}'],
    ['an order without anything', '{"event_type":"order","type":"UPDATE"}'],
  ])('behavior: %s in place of a match alerts, and the match is found', async (_name, frame) => {
    const world = await aWorld();
    const order = world.submit();
    await world.advance(100);
    world.spoilFrame = (given) => (given === 'PONG' ? given : frame);
    world.fill(order, 5 * UNIT);
    await world.advance(5_000);
    expect(world.told(order)).toContain('order-filled');
    expect(world.facts).toContainEqual(expect.objectContaining({ type: 'runner-alerted', code: 'channel-unreadable' }));
    expect(world.thrown()).toEqual([]);
  });

  test.each(['PARKED', 'TRADE_STATUS_REORGED', '<b>'])(
    'behavior: a match with the status %s is booked, and restricts the series',
    async (status) => {
      const world = await aWorld();
      const order = world.submit();
      await world.advance(100);
      world.spoilFrame = (frame) =>
        frame.includes('"event_type":"trade"') ? frame.replace(/"status":"[A-Z]+"/, `"status":"${status}"`) : frame;
      world.fill(order, 5 * UNIT);
      await world.advance(500);
      expect(world.told(order)).toContain('order-filled');
      expect(world.facts).toContainEqual(
        expect.objectContaining({ type: 'runner-restriction-changed', reason: 'unknown-status', mode: 'reducing' }),
      );
    },
  );
});

describe('everything at once', () => {
  /** Answers and frames are changed here and there by a seeded hand, for as long as an order rests, trades and is cancelled. */
  test('behavior: nothing throws, and every match is told once the venue makes sense again', async () => {
    const changes = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), mutationsOf({ a: 1 }), fc.nat()), {
      minLength: 5,
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(changes, fc.gen(), async (plan, gen) => {
        const world = await createAccountAtVenue();
        let at = 0;
        const spoil = (text: string): string => {
          const [chance, nonsense, cut] = plan[at++ % plan.length] ?? [1, null, 0];
          if (chance < 0.5) return text;
          if (chance < 0.6) return text.slice(0, cut % (text.length + 1));
          if (chance < 0.65) return JSON.stringify(nonsense);
          try {
            return JSON.stringify(gen(mutationsOf, JSON.parse(text)));
          } catch {
            return text;
          }
        };
        world.spoilAnswer = (_route, answer) => ({ ...answer, body: spoil(answer.body) });
        world.spoilFrame = (frame) => (frame === 'PONG' ? frame : spoil(frame));
        const first = world.submit();
        const second = world.submit({ outcome: 'down' });
        await world.advance(2_000);
        world.fill(first, 5 * UNIT);
        await world.advance(3_000);
        world.intake.cancel(second.clientOrderId, { seq: 9, tsEvent: world.now(), tsInit: world.now() });
        await world.advance(10_000);
        world.spoilAnswer = null;
        world.spoilFrame = null;
        await world.advance(45_000);
        const maker = world.venue.exchange.order(world.hashOf(first))?.maker ?? '';
        const told = new Set<string>(
          world.facts.flatMap((fact) => (fact.type === 'order-filled' ? [fact.tradeId] : [])),
        );
        for (const { tradeId } of world.venue.exchange.trades(maker)) expect(told).toContain(tradeId);
        expect(world.thrown()).toEqual([]);
        world.stop();
      }),
      { numRuns: 40, seed: 1_795_435_200 },
    );
  });
});
