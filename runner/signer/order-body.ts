/** The body of `POST /order`, key by key as the official client's JSON.stringify writes it (venue notes of 2026-11-23, §1.3). */
import type { SignableOrder } from '../../core/execution/eip712-order.ts';
import type { TimeInForce } from '../../core/model/order.ts';

/** What the body says beside the signed fields. */
export interface UnsignedFields {
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  /** Unix seconds, 0 for none. */
  readonly expirationS: number;
  /** 0x and the hex digits. */
  readonly signature: string;
}

/**
 * The exact text. Every field is of an alphabet that JSON needs no escapes for, which the builder has checked; `ownerJson` is the API
 * key as a JSON string, quotes included.
 */
export function orderBody(order: SignableOrder, unsigned: UnsignedFields, ownerJson: string): string {
  return (
    `{"deferExec":false,"postOnly":${unsigned.postOnly},"order":{"salt":${order.salt},"maker":"${order.maker}",` +
    `"signer":"${order.signer}","tokenId":"${order.tokenId}","makerAmount":"${order.makerMicro}",` +
    `"takerAmount":"${order.takerMicro}","side":"${order.side === 'buy' ? 'BUY' : 'SELL'}",` +
    `"signatureType":${order.signatureType},"timestamp":"${order.timestampMs}","expiration":"${unsigned.expirationS}",` +
    `"metadata":"${order.metadata}","builder":"${order.builder}","signature":"${unsigned.signature}"},` +
    `"owner":${ownerJson},"orderType":"${unsigned.timeInForce}"}`
  );
}
