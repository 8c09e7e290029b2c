/**
 * Takes signed orders: form, owner, signer, wallet and signature are checked here, everything about the market by the exchange. Source:
 * error code documentation of 2026-06-18 and user reports, venue notes of 2026-11-23 §1.2, §3.1, §3.4.
 */
import type { TokenId } from '../../core/model/identifiers.ts';
import { formatMicro } from '../../core/model/money.ts';
import { err, ok, type Result } from '../../core/model/result.ts';
import type { UnixMs } from '../../core/model/time.ts';
import { isLegacyPositionToken } from '../../core/venue/token-namespace.ts';
import type { VenueResponse } from '../connection.ts';
import type { TradingModes } from '../faults/trading-modes.ts';
import { json } from '../http.ts';
import type { IncomingOrder, VenueExchange } from '../trading/venue-exchange.ts';
import { addressText } from './account-messages.ts';
import type { Accounts } from './accounts.ts';
import type { ApiKey } from './api-keys.ts';
import { type OrderPayload, parseOrderPayload } from './order-payload.ts';
import { DEPOSIT_WALLET_TYPE, isSignedForV3, readOrderSignature } from './order-signature.ts';
import type { KeyBinding } from './request-auth.ts';
import { WALLET_OF_SIGNATURE } from './wallet-registry.ts';

export interface OrderDeskOptions {
  readonly exchange: VenueExchange;
  readonly accounts: Accounts;
  readonly modes: TradingModes;
  readonly chainId: number;
  readonly keyBinding: KeyBinding;
  /** New accounts must trade through a deposit wallet. */
  readonly depositWalletOnly: boolean;
  readonly banned: ReadonlySet<string>;
  readonly closedOnly: ReadonlySet<string>;
}

export interface OrderDesk {
  /** One order of a parsed body: what POST /order answers. */
  place(payload: unknown, key: ApiKey, nowMs: UnixMs): VenueResponse;
  /** The same as one item of POST /orders: a refused item has an error text, and `success` all the same. */
  placeInBatch(payload: unknown, key: ApiKey, nowMs: UnixMs): unknown;
}

/** The desk of an exchange. */
export function createOrderDesk(options: OrderDeskOptions): OrderDesk {
  const { exchange, accounts, modes } = options;

  const place = (value: unknown, key: ApiKey, nowMs: UnixMs): VenueResponse => {
    const payload = parseOrderPayload(value);
    if (!payload.ok) return json(400, { error: payload.error });
    const refusal = modes.refusal(payload.value.postOnly ? 'post-only-order' : 'order', nowMs);
    if (refusal !== null) return refusal;
    const order = believe(payload.value, key, options);
    if (!order.ok) return json(400, { error: order.error });
    const { orderHash } = order.value;
    // Before it can match: its own fill is told with its owner.
    const isNew = exchange.order(orderHash) === null;
    if (isNew) accounts.notePlaced(orderHash, key);
    const result = exchange.place(order.value, nowMs);
    if (result.kind === 'refused') return json(result.status, { error: result.error });
    return json(200, {
      success: true,
      errorMsg: '',
      orderID: orderHash,
      status: result.status,
      makingAmount: result.makingMicro === 0 ? '' : formatMicro(result.makingMicro),
      takingAmount: result.takingMicro === 0 ? '' : formatMicro(result.takingMicro),
      ...(result.tradeIds.length === 0 ? {} : { tradeIDs: result.tradeIds }),
    });
  };
  return {
    place,
    placeInBatch(value, key, nowMs) {
      const { status, body } = place(value, key, nowMs);
      const answer: unknown = JSON.parse(body);
      if (status === 200) return answer;
      const { error } = answer as { error: string };
      return { success: true, errorMsg: error, orderID: '', status: '', makingAmount: '', takingAmount: '' };
    },
  };
}

/** The order of a payload that `key` may place and its owner has signed, or the venue's words for why not. */
function believe(payload: OrderPayload, key: ApiKey, options: OrderDeskOptions): Result<IncomingOrder, string> {
  const { order, orderType, postOnly } = payload;
  const tokenId = order.tokenId as TokenId;
  if (payload.owner !== key.apiKey) return err('the order owner has to be the owner of the API KEY');
  if (!isLegacyPositionToken(tokenId)) return err('order_version_mismatch');
  const wallet = walletRefusal(payload, key, options);
  if (wallet !== null) return err(wallet);
  // Every market of this venue trades on the standard exchange.
  const { orderHash, signedBy } = readOrderSignature(order, false, options.chainId);
  const expected = options.accounts.wallets.ownerOf(order.signer);
  if (signedBy !== expected) {
    const isNewer = isSignedForV3(order, expected, options.chainId);
    return err(isNewer ? 'order_version_mismatch' : 'invalid signature');
  }
  if (postOnly && (orderType === 'FOK' || orderType === 'FAK')) return err('Invalid order payload');
  if ((orderType === 'GTD') !== order.expiration > 0) return err('invalid expiration');
  return ok({
    orderHash,
    maker: order.maker,
    tokenId,
    side: order.side === 'BUY' ? 'buy' : 'sell',
    makerAmountMicro: order.makerAmount,
    takerAmountMicro: order.takerAmount,
    timeInForce: orderType,
    postOnly,
    expirationSeconds: order.expiration,
  });
}

/** Whether signer and maker belong to the key and to each other, as the signature type says. */
function walletRefusal({ order }: OrderPayload, key: ApiKey, options: OrderDeskOptions): string | null {
  const { wallets } = options.accounts;
  const { maker, signer, signatureType } = order;
  // A key of the owner may stand for the wallet only where the venue maps owners to wallets.
  const mapsOwners = signatureType === DEPOSIT_WALLET_TYPE && options.keyBinding === 'eoa';
  const isOwnSigner = mapsOwners ? wallets.ownerOf(key.address) === wallets.ownerOf(signer) : key.address === signer;
  if (!isOwnSigner) return 'the order signer address has to be the address of the API KEY';
  if (options.banned.has(maker)) return `'${addressText(maker)}' address banned`;
  if (options.closedOnly.has(maker) && order.side === 'BUY')
    return `'${addressText(maker)}' address in closed only mode`;
  if (options.depositWalletOnly && signatureType !== DEPOSIT_WALLET_TYPE) {
    return 'maker address not allowed, please use the deposit wallet flow';
  }
  const type = WALLET_OF_SIGNATURE[signatureType] ?? null;
  const wallet = wallets.walletAt(maker);
  const owner = wallets.ownerOf(signer);
  const fits = type === null ? wallet === null && maker === signer : wallet?.type === type && wallet.owner === owner;
  // A deposit wallet signs for itself (ERC-1271), the others' owners sign for them.
  const signsRightly = type === 'deposit' ? signer === maker : signer === owner;
  return fits && signsRightly ? null : 'invalid signature';
}
