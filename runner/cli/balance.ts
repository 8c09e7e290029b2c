/** `cli balance`: money, shares, open orders, what they reserve, and what waits to be redeemed. Reads only. */
import { formatMicro } from '../../core/model/money.ts';
import { formatPriceTicks } from '../../core/model/price.ts';
import { type AccountBalance, type HeldShares, readAccountBalance } from './account-balance.ts';
import { openChainReader } from './session/chain-access.ts';
import { tableLines } from './session/cli-output.ts';
import { openReadingClob } from './session/clob-access.ts';
import type { Session } from './session/session.ts';
import { accountAddress } from './session/wallet-access.ts';

/** Shows it; `false` when something could not be asked, so that shares may be missing. Throws `CliProblem`. */
export async function balance(session: Session): Promise<boolean> {
  const { out } = session;
  const address = await accountAddress(session);
  const { clob, access } = await openReadingClob(session);
  const chain = openChainReader(session, address, address);
  const held = await readAccountBalance(session, clob, chain, address);
  out.result({ ...jsonOf(held), key: access });
  for (const line of describeBalance(held)) out.line(line);
  return held.gaps.length === 0;
}

const POL_DECIMALS = 18;

/** Wei as POL, to four decimals. */
export function formatPol(wei: bigint): string {
  const shown = wei / 10n ** BigInt(POL_DECIMALS - 4);
  const text = shown.toString().padStart(5, '0');
  return `${text.slice(0, -4)}.${text.slice(-4)}`;
}

function describeBalance(held: AccountBalance): string[] {
  const money = tableLines([
    ['wallet', held.address],
    ['block', String(held.blockNumber)],
    ['pUSD', formatMicro(held.pusdMicro)],
    ['reserved', `${formatMicro(held.reservedMicro)} (by ${held.openOrders.length} open orders)`],
    ['free', formatMicro(held.pusdMicro - held.reservedMicro)],
    ['redeemable', formatMicro(held.redeemableMicro)],
    ['USDC.e', formatMicro(held.usdceMicro)],
    ['POL', formatPol(held.polWei)],
  ]);
  const shares = held.shares.map((one) => [nameOf(one), one.outcome ?? '?', formatMicro(one.sizeMicro), stateOf(one)]);
  const orders = held.openOrders.map(({ orderHash, side, priceTicks, originalMicro, matchedMicro, timeInForce }) => [
    `${orderHash.slice(0, 10)}…`,
    side,
    `${formatMicro(originalMicro - matchedMicro)} of ${formatMicro(originalMicro)}`,
    formatPriceTicks(priceTicks),
    timeInForce,
  ]);
  return [
    ...money,
    ...(shares.length === 0 ? [] : ['', ...tableLines([['window', 'outcome', 'shares', 'state'], ...shares])]),
    ...(orders.length === 0 ? [] : ['', ...tableLines([['order', 'side', 'open', 'price', 'type'], ...orders])]),
    ...held.gaps.map((gap) => `NOT KNOWN  ${gap}`),
  ];
}

function nameOf({ market, tokenId }: HeldShares): string {
  return market?.slug ?? market?.conditionId ?? `token ${tokenId.slice(0, 12)}…`;
}

function stateOf({ payoutMicro }: HeldShares): string {
  if (payoutMicro === null) return 'not resolved';
  return payoutMicro === 0 ? 'lost' : `redeemable: ${formatMicro(payoutMicro)}`;
}

function jsonOf(held: AccountBalance): object {
  return {
    address: held.address,
    blockNumber: held.blockNumber,
    pusdMicro: held.pusdMicro,
    reservedMicro: held.reservedMicro,
    freeMicro: held.pusdMicro - held.reservedMicro,
    redeemableMicro: held.redeemableMicro,
    usdceMicro: held.usdceMicro,
    polWei: held.polWei.toString(),
    positions: held.shares.map(({ tokenId, sizeMicro, market, outcome, payoutMicro }) => ({
      slug: market?.slug ?? null,
      conditionId: market?.conditionId ?? null,
      tokenId,
      outcome,
      sizeMicro,
      payoutMicro,
    })),
    openOrders: held.openOrders,
    gaps: held.gaps,
  };
}
