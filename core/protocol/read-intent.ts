/**
 * The messages that an order's way begins with, checked by hand: a schema takes as long for them as everything else that the runner does
 * before the request leaves. What is not certainly right is left to the schema, which is the oracle of these checks in a property test
 * and says what is wrong.
 */
import { isMarketSlug, isTokenId } from '../model/identifiers.ts';
import { TICKS_PER_PUSD } from '../model/price.ts';
import type { LinkMessageToRunner } from './runner-link.ts';

/** What comes with every order, or every second. */
export type HotMessage = Extract<
  LinkMessageToRunner,
  { readonly type: 'submit-order' | 'cancel-order' | 'lease' | 'ack' }
>;

const MAX_NAME_CHARS = 200;
const MAX_STRATEGY_CHARS = 100;
const TIMES_IN_FORCE: ReadonlySet<unknown> = new Set(['GTC', 'GTD', 'FOK', 'FAK']);
/** Keys of each object: as many, and with the checks of each one no others. */
const SUBMIT_KEYS = 4;
const CANCEL_KEYS = 4;
const LEASE_KEYS = 3;
const ACK_KEYS = 2;
const CAUSE_KEYS = 3;
const ORDER_KEYS = 14;
const AMOUNT_KEYS = 2;

/** Whether a JSON value is one of them, as the schema of the link would take it; `false` says only that the schema has to look. */
export function isHotMessage(value: unknown): value is HotMessage {
  if (!isObject(value)) return false;
  switch (value['type']) {
    case 'submit-order':
      return has(value, SUBMIT_KEYS) && isEpoch(value['epoch']) && isOrder(value['order']) && isCause(value['cause']);
    case 'cancel-order':
      return (
        has(value, CANCEL_KEYS) && isEpoch(value['epoch']) && isName(value['clientOrderId']) && isCause(value['cause'])
      );
    case 'lease':
      return has(value, LEASE_KEYS) && isEpoch(value['epoch']) && isCount(value['number']);
    case 'ack':
      return has(value, ACK_KEYS) && isCount(value['seq']);
    default:
      return false;
  }
}

function isOrder(order: unknown): boolean {
  return (
    isObject(order) &&
    has(order, ORDER_KEYS) &&
    isText(order['strategy'], MAX_STRATEGY_CHARS) &&
    isMarketSlug(order['marketSlug']) &&
    isCount(order['windowStartMs']) &&
    isTokenId(order['tokenId']) &&
    (order['outcome'] === 'up' || order['outcome'] === 'down') &&
    (order['side'] === 'buy' || order['side'] === 'sell') &&
    isAtLeastOne(order['priceTicks']) &&
    order['priceTicks'] <= TICKS_PER_PUSD &&
    isAmount(order['amount']) &&
    TIMES_IN_FORCE.has(order['timeInForce']) &&
    typeof order['postOnly'] === 'boolean' &&
    isName(order['clientOrderId']) &&
    isCount(order['createdMs']) &&
    isCount(order['notAfterMs']) &&
    isCount(order['salt'])
  );
}

function isAmount(amount: unknown): boolean {
  if (!isObject(amount) || !has(amount, AMOUNT_KEYS)) return false;
  if (amount['unit'] === 'shares') return isAtLeastOne(amount['sizeMicro']);
  return amount['unit'] === 'pusd' && isAtLeastOne(amount['spendMicro']);
}

function isCause(cause: unknown): boolean {
  return (
    isObject(cause) &&
    has(cause, CAUSE_KEYS) &&
    isCount(cause['seq']) &&
    Number.isFinite(cause['tsEvent']) &&
    Number.isFinite(cause['tsInit'])
  );
}

type JsonObject = { readonly [key: string]: unknown };

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const has = (value: JsonObject, keys: number): boolean => Object.keys(value).length === keys;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isAtLeastOne = (value: unknown): value is number => isCount(value) && value > 0;
const isEpoch = isAtLeastOne;
const isText = (value: unknown, longest: number): boolean =>
  typeof value === 'string' && value.length > 0 && value.length <= longest;
const isName = (value: unknown): boolean => isText(value, MAX_NAME_CHARS);
