import { describe, expect, test } from 'vitest';
import { decodeFrameFromRunner, encodeFrameFromRunner } from '../../../core/protocol/link-schemas-from-runner.ts';
import { decodeFrameToRunner, encodeFrameToRunner } from '../../../core/protocol/link-schemas-to-runner.ts';
import type { LinkFact, LinkMessageFromRunner, LinkMessageToRunner } from '../../../core/protocol/runner-link.ts';
import { anOrder, conditionOf, tokensOf, WINDOW_START_MS } from '../../support/builders.ts';

const cause = { seq: 5, tsEvent: 10, tsInit: 20 };
const clientOrderId = 'mm-1' as never;
const conditionId = conditionOf(WINDOW_START_MS);
const transactionHash = `0x${'ab'.repeat(32)}`;

/** One of each kind. */
const TO_RUNNER: { readonly [Type in LinkMessageToRunner['type']]: Extract<LinkMessageToRunner, { type: Type }> } = {
  challenge: {
    type: 'challenge',
    protocol: 2,
    series: 'btc-updown-5m',
    epoch: 7,
    nonce: '0'.repeat(32),
    buildId: 'b',
    execution: 'venue',
  },
  welcome: { type: 'welcome', ackSeq: 0 },
  lease: { type: 'lease', epoch: 7, number: 1 },
  'submit-order': { type: 'submit-order', epoch: 7, order: anOrder({ salt: 1 }), cause },
  'resend-order': { type: 'resend-order', epoch: 7, clientOrderId, cause },
  'cancel-order': { type: 'cancel-order', epoch: 7, clientOrderId, cause },
  'cancel-all': { type: 'cancel-all', epoch: 7, reason: 'T-30' },
  resume: {
    type: 'resume',
    epoch: 7,
    orders: [{ order: anOrder({ salt: 1, amount: { unit: 'pusd', spendMicro: 5 } }), status: 'unknown' }],
  },
  'prepare-markets': { type: 'prepare-markets', slugs: ['btc-updown-5m-1795435200'] },
  'merge-sets': { type: 'merge-sets', epoch: 7, windowStartMs: WINDOW_START_MS, conditionId, sizeMicro: 1 },
  stop: { type: 'stop', epoch: 7, verb: 'flatten', scope: 'account', commandId: 'c1' },
  ack: { type: 'ack', seq: 9 },
  pong: { type: 'pong', id: 1 },
  'socket-open': { type: 'socket-open', socket: 1, url: 'wss://x.test/ws' },
  'socket-send': { type: 'socket-send', socket: 1, data: '{}' },
  'socket-close': { type: 'socket-close', socket: 1, code: 1000, reason: '' },
};

const tsEvent = WINDOW_START_MS;
const FACTS: { readonly [Type in LinkFact['type']]: Extract<LinkFact, { type: Type }> } = {
  'order-accepted': { type: 'order-accepted', tsEvent, clientOrderId, venueOrderId: '0x1' as never },
  'order-rejected': { type: 'order-rejected', tsEvent, clientOrderId, code: 'geoblocked', detail: 'x' },
  'order-filled': {
    type: 'order-filled',
    tsEvent,
    clientOrderId,
    tradeId: 't' as never,
    priceTicks: 4_800,
    sizeMicro: 5,
    feeMicro: 0,
    liquidity: 'maker',
  },
  'order-canceled': { type: 'order-canceled', tsEvent, clientOrderId, reason: 'dead-man' },
  'cancel-rejected': { type: 'cancel-rejected', tsEvent, clientOrderId, detail: '' },
  'submission-unknown': { type: 'submission-unknown', tsEvent, clientOrderId },
  'expired-unsent': { type: 'expired-unsent', tsEvent, clientOrderId },
  'fill-settlement-changed': {
    type: 'fill-settlement-changed',
    tsEvent,
    clientOrderId,
    tradeId: 't' as never,
    status: 'failed',
    transactionHash: null,
  },
  'order-absent': { type: 'order-absent', tsEvent, clientOrderId, detail: '' },
  'account-observed': {
    type: 'account-observed',
    tsEvent,
    cashMicro: 1,
    allowanceMicro: 2,
    redeemableMicro: 0,
    blockNumber: null,
  },
  'window-redeemed': {
    type: 'window-redeemed',
    tsEvent,
    conditionId,
    payoutMicro: 5,
    costMicro: 1,
    transactionHash,
  },
  'complete-sets-changed': {
    type: 'complete-sets-changed',
    tsEvent,
    conditionId,
    change: 'merged',
    sizeMicro: 5,
    costMicro: 0,
    transactionHash,
  },
  'complete-sets-failed': { type: 'complete-sets-failed', tsEvent, conditionId, change: 'split', detail: '' },
  'rebate-paid': { type: 'rebate-paid', tsEvent, amountMicro: 1_250_000, transactionHash: '0xab' },
  'venue-mode-changed': { type: 'venue-mode-changed', tsEvent, mode: 'post-only', untilMs: null },
  'reconciliation-completed': {
    type: 'reconciliation-completed',
    tsEvent,
    result: 'mismatch',
    differences: ['one'],
    held: [{ tokenId: tokensOf(WINDOW_START_MS).up, sizeMicro: 5 }],
    blockNumber: 1,
  },
  'runner-restriction-changed': {
    type: 'runner-restriction-changed',
    tsEvent,
    reason: 'geoblock',
    mode: 'reducing',
    detail: '',
  },
  'runner-alerted': { type: 'runner-alerted', tsEvent, code: 'low-gas', severity: 'warning', detail: 'little POL' },
  'stop-progressed': {
    type: 'stop-progressed',
    tsEvent,
    commandId: 'c1',
    openAtVenue: 0,
    unknown: 1,
    confirmed: false,
  },
};

const FROM_RUNNER: readonly LinkMessageFromRunner[] = [
  {
    type: 'hello',
    protocol: 2,
    runnerId: 'folder-1',
    keyId: 'k1',
    epoch: 7,
    timeMs: WINDOW_START_MS,
    mac: 'a'.repeat(64),
  },
  ...Object.values(FACTS).map((fact, index) => ({ type: 'fact', seq: index + 1, fact }) as const),
  { type: 'lease-ack', number: 1, wallMs: WINDOW_START_MS + 0.5 },
  { type: 'ping', id: 1 },
  { type: 'leaving', reason: 'SIGTERM' },
  { type: 'socket-opened', socket: 1 },
  { type: 'socket-data', socket: 1, frames: ['{}', 'x'], receivedWallMs: WINDOW_START_MS },
  { type: 'socket-closed', socket: 1, code: 1006, reason: '', status: 451 },
];

describe('decodeFrameToRunner', () => {
  test('behavior: reads what encodeFrameToRunner wrote, of every kind', () => {
    const messages = Object.values(TO_RUNNER);
    expect(decodeFrameToRunner(encodeFrameToRunner({ messages }))).toEqual({ ok: true, value: messages });
  });

  test.each([
    ['no JSON', 'x'],
    ['no frame', '{}'],
    ['messages that are no list', '{"messages":{}}'],
  ])('error: %s', (_, frame) => {
    expect(decodeFrameToRunner(frame).ok).toBe(false);
  });

  test.each([
    ['an unknown message', { type: 'dance' }],
    ['an unknown field', { ...TO_RUNNER['cancel-all'], force: true }],
    ['a price above 1', { ...TO_RUNNER['submit-order'], order: anOrder({ salt: 1, priceTicks: 10_001 }) }],
    [
      'no size',
      { ...TO_RUNNER['submit-order'], order: anOrder({ salt: 1, amount: { unit: 'shares', sizeMicro: 0 } }) },
    ],
    ['an order without a salt', { ...TO_RUNNER['submit-order'], order: { ...anOrder(), salt: undefined } }],
    ['an unknown verb', { ...TO_RUNNER.stop, verb: 'dance' }],
    ['no message at all', null],
  ])('error: %s is one unreadable message among readable ones', (_, message) => {
    const decoded = decodeFrameToRunner(JSON.stringify({ messages: [message, TO_RUNNER.ack] }));
    expect(decoded).toMatchObject({ ok: true, value: [{ type: 'unreadable' }, TO_RUNNER.ack] });
  });

  test('behavior: a challenge of a later release is read, whatever it has more', () => {
    const later = { ...TO_RUNNER.challenge, protocol: 9, colour: 'green' };
    const decoded = decodeFrameToRunner(JSON.stringify({ messages: [later] }));
    expect(decoded).toMatchObject({ ok: true, value: [{ type: 'challenge', protocol: 9 }] });
  });
});

describe('decodeFrameFromRunner', () => {
  test('behavior: what was found by its effect has no transaction, and is read all the same', () => {
    for (const fact of [FACTS['complete-sets-changed'], FACTS['window-redeemed']]) {
      const message = { type: 'fact', seq: 1, fact: { ...fact, transactionHash: '' } } as LinkMessageFromRunner;
      const decoded = decodeFrameFromRunner(encodeFrameFromRunner({ messages: [message] }));
      expect(decoded).toEqual({ ok: true, value: [message] });
    }
  });

  test('behavior: reads what encodeFrameFromRunner wrote, of every kind', () => {
    const frame = encodeFrameFromRunner({ messages: FROM_RUNNER });
    expect(decodeFrameFromRunner(frame)).toEqual({ ok: true, value: FROM_RUNNER });
  });

  test.each([
    ['no JSON', 'x'],
    ['no frame', '{}'],
    ['an unknown message', '{"messages":[{"type":"dance"}]}'],
    ['a fact without a number', '{"messages":[{"type":"fact","fact":{}}]}'],
    ['a runner’s name with a blank', JSON.stringify({ messages: [{ ...FROM_RUNNER[0], runnerId: 'a b' }] })],
  ])('error: %s', (_, frame) => {
    expect(decodeFrameFromRunner(frame).ok).toBe(false);
  });

  test.each([
    ['an unknown kind', { type: 'order-vanished', tsEvent }],
    ['an unknown field', { ...FACTS['order-accepted'], surprise: 1 }],
    ['an unknown status', { ...FACTS['fill-settlement-changed'], status: 'reorganised' }],
    ['a fill of nothing', { ...FACTS['order-filled'], sizeMicro: 0 }],
    ['half a millionth', { ...FACTS['order-filled'], sizeMicro: 0.5 }],
    ['a number of its own', { ...FACTS['order-accepted'], seq: 4 }],
    ['nothing', null],
  ])('error: a fact with %s keeps its number and says what is wrong', (_, fact) => {
    const frame = JSON.stringify({
      messages: [
        { type: 'fact', seq: 4, fact },
        { type: 'ping', id: 1 },
      ],
    });
    expect(decodeFrameFromRunner(frame)).toMatchObject({
      ok: true,
      value: [{ type: 'unreadable-fact', seq: 4 }, { type: 'ping' }],
    });
  });
});
