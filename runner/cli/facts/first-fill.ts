/** One small market BUY, which tells in what its fee is taken, and how long the venue holds a taker (venue notes of 2026-11-23, §3.2, §4). */
import type { TokenId, VenueOrderId } from '../../../core/model/identifiers.ts';
import { costRoundedUp, formatMicro, type MoneyMicro, type SizeMicro } from '../../../core/model/money.ts';
import { formatPriceTicks, type PriceTicks, TICKS_PER_PUSD } from '../../../core/model/price.ts';
import type { Outcome } from '../../../core/model/window.ts';
import { takerFeeMicro } from '../../../core/pricing/fees.ts';
import type { MarketRules } from '../../account/market-rules.ts';
import type { ChainReader } from '../../chain/chain-reader.ts';
import type { VenueFill } from '../../clob/clob-client.ts';
import type { Fact } from '../../facts-file.ts';
import { bestOf, readBook } from '../read-book.ts';
import { openChainReader } from '../session/chain-access.ts';
import { clobFailureText } from '../session/failure-text.ts';
import { windowRules } from '../session/venue-windows.ts';
import { signOrder } from '../test-order.ts';
import { type FactContext, notSettled, settled } from './fact-context.ts';

/** The venue takes marketable BUYs from 1 pUSD on; exactly 1 can become 0.99 on the way (venue notes §2). */
const LEAST_SPEND_MICRO: MoneyMicro = 1_010_000;
const SPEND_STEP_MICRO: MoneyMicro = 10_000;
/** How far above the ask it may still buy. */
const SLACK_TICKS: PriceTicks = 200;
/** Prices between which a few dollars buy the minimum, and the book is a real one. */
const LOWEST_ASK: PriceTicks = 500;
/** With less left of the running window the next one is used. Product time. */
const LEAST_LEFT_MS = 90_000;
const LOOK_EVERY_MS = 1_000;
const MAX_LOOKS = 90;
/** What is reckoned with where a market states no delay and none longer was seen. */
const RECKONED_DELAY_MS = 250;
const DELAY_STEP_MS = 50;
/** An answer that took longer says nothing of the delay. Product time. */
const LONGEST_DELAY_MS = 3_000;

interface Purchase {
  readonly outcome: Outcome;
  readonly tokenId: TokenId;
  readonly spendMicro: MoneyMicro;
  readonly limitTicks: PriceTicks;
  readonly worstCaseMicro: MoneyMicro;
}

/** Buys, waits for the chain, and compares what came with what went. */
export async function settleFirstFill(context: FactContext): Promise<readonly Fact[]> {
  const { session, access, wallet, budget } = context;
  const both = (why: string, worstCaseMicro = 0): readonly Fact[] => [
    notSettled('fee-debit-asset', why, worstCaseMicro),
    notSettled('taker-delay', why),
  ];
  const running = await windowRules(session, access.clob, 0);
  const isLate = running.market.window.endMs - session.clock.now() < LEAST_LEFT_MS;
  const rules = isLate ? await windowRules(session, access.clob, 1) : running;
  const purchase = await planPurchase(context, rules);
  if (typeof purchase === 'string') return both(purchase);
  if (!budget.take(purchase.worstCaseMicro)) {
    return both(`a purchase can cost ${formatMicro(purchase.worstCaseMicro)} pUSD, more than is left of the budget`);
  }
  const chain = openChainReader(session, wallet.address, wallet.signer.address);
  const before = await chain.balances([purchase.tokenId]);
  if (!before.ok) return both(`the chain cannot be read: ${before.error}`, purchase.worstCaseMicro);
  const signed = signOrder(session, wallet, access.stored.credentials.key, rules, {
    tokenId: purchase.tokenId,
    side: 'buy',
    priceTicks: purchase.limitTicks,
    amount: { unit: 'pusd', spendMicro: purchase.spendMicro },
    timeInForce: 'FAK',
    postOnly: false,
  });
  const sentMs = session.clock.now();
  const placed = await access.clob.place(signed);
  if (placed.kind !== 'accepted')
    return both(`the purchase was not taken: ${clobFailureText(placed)}`, purchase.worstCaseMicro);
  const delay = await settleDelay(context, rules, signed.orderHash, sentMs, placed.value.status);
  const fills = await finalFills(context, rules, signed.orderHash);
  if (fills === null)
    return [notSettled('fee-debit-asset', 'its matches are not final yet', purchase.worstCaseMicro), delay];
  const shares = fills.reduce((sum, fill) => sum + fill.sizeMicro, 0);
  if (shares === 0)
    return [notSettled('fee-debit-asset', 'its match failed on the chain', purchase.worstCaseMicro), delay];
  const cost = fills.reduce((sum, fill) => sum + costRoundedUp(fill.priceTicks, fill.sizeMicro), 0);
  const moved = await movedBy(context, chain, purchase.tokenId, before.value);
  return [feeFact(moved, shares, cost, purchase.worstCaseMicro), delay];
}

interface Moved {
  readonly pusdMicro: MoneyMicro;
  readonly sharesMicro: SizeMicro;
}

/** Which of the two is short by the fee. */
export function feeFact(
  moved: Moved | null,
  sharesMicro: SizeMicro,
  costMicro: MoneyMicro,
  worstCaseMicro: MoneyMicro,
): Fact {
  if (moved === null) return notSettled('fee-debit-asset', 'the shares did not come in time', worstCaseMicro);
  const observed = `matched ${formatMicro(sharesMicro)} shares for ${formatMicro(costMicro)}; ${formatMicro(moved.sharesMicro)} shares came and ${formatMicro(-moved.pusdMicro)} pUSD went`;
  const isShort = moved.sharesMicro < sharesMicro;
  // A millionth of rounding for each match is no fee.
  const isDear = -moved.pusdMicro > costMicro + 10;
  if (isShort === isDear) return notSettled('fee-debit-asset', observed, worstCaseMicro);
  return settled('fee-debit-asset', observed, isShort ? 'shares' : 'pusd', worstCaseMicro);
}

async function planPurchase({ session }: FactContext, rules: MarketRules): Promise<Purchase | string> {
  const { market, tickSizeTicks } = rules;
  if (market.fees === null) return `${market.slug} states no fees`;
  const offers: Purchase[] = [];
  for (const outcome of ['up', 'down'] as const) {
    const book = await readBook(session, market.tokens[outcome]);
    const ask = book.ok ? bestOf(book.value).askTicks : null;
    if (ask === null || ask < LOWEST_ASK || ask > TICKS_PER_PUSD - LOWEST_ASK) continue;
    const spend = Math.max(LEAST_SPEND_MICRO, costRoundedUp(ask + SLACK_TICKS, market.minSizeMicro));
    const spendMicro = Math.ceil(spend / SPEND_STEP_MICRO) * SPEND_STEP_MICRO;
    const limitTicks = Math.min(
      TICKS_PER_PUSD - tickSizeTicks,
      Math.floor((ask + SLACK_TICKS) / tickSizeTicks) * tickSizeTicks,
    );
    // The most shares that the money buys pay the highest fee there is for them.
    const mostShares = Math.ceil((spendMicro * TICKS_PER_PUSD) / ask);
    const feeMicro = takerFeeMicro(market.fees, TICKS_PER_PUSD / 2, mostShares);
    offers.push({
      outcome,
      tokenId: market.tokens[outcome],
      spendMicro,
      limitTicks,
      worstCaseMicro: spendMicro + feeMicro,
    });
  }
  offers.sort((one, other) => one.worstCaseMicro - other.worstCaseMicro);
  const lowest = formatPriceTicks(LOWEST_ASK);
  return offers[0] ?? `nothing of ${market.slug} is offered between ${lowest} and its complement`;
}

async function settleDelay(
  { session, access }: FactContext,
  { market }: MarketRules,
  orderHash: VenueOrderId,
  sentMs: number,
  status: string,
): Promise<Fact> {
  if (market.takerDelayMs !== null) {
    return settled('taker-delay', `the market states ${market.takerDelayMs} ms`, market.takerDelayMs);
  }
  for (let look = 0; look < MAX_LOOKS; look++) {
    const fills = await access.clob.fills({ conditionId: market.conditionId });
    const isMatched = fills.kind === 'accepted' && fills.value.some((fill) => fill.orderHash === orderHash);
    const elapsedMs = session.clock.now() - sentMs;
    if (isMatched) {
      if (elapsedMs > LONGEST_DELAY_MS * session.clock.speed) break;
      const seenMs = Math.ceil(elapsedMs / DELAY_STEP_MS) * DELAY_STEP_MS;
      return settled(
        'taker-delay',
        `not stated; answered "${status}", and a match was known ${Math.round(elapsedMs)} ms after sending`,
        Math.max(RECKONED_DELAY_MS, seenMs),
      );
    }
    await session.sleep(DELAY_STEP_MS);
  }
  return notSettled('taker-delay', 'not stated, and the match was not seen soon enough to tell');
}

/** The order's matches once none is under way; `null` when that takes too long. Failed ones are left out. */
async function finalFills(
  { session, access }: FactContext,
  { market }: MarketRules,
  orderHash: VenueOrderId,
): Promise<readonly VenueFill[] | null> {
  for (let look = 0; look < MAX_LOOKS; look++) {
    const fills = await access.clob.fills({ conditionId: market.conditionId });
    const own = fills.kind === 'accepted' ? fills.value.filter((fill) => fill.orderHash === orderHash) : [];
    const isFinal = own.every(({ settlement }) => settlement === 'confirmed' || settlement === 'failed');
    if (own.length > 0 && isFinal) return own.filter(({ settlement }) => settlement === 'confirmed');
    await session.sleep(LOOK_EVERY_MS);
  }
  return null;
}

async function movedBy(
  { session }: FactContext,
  chain: ChainReader,
  tokenId: TokenId,
  before: { readonly pusdMicro: MoneyMicro; readonly shares: ReadonlyMap<TokenId, SizeMicro> },
): Promise<Moved | null> {
  for (let look = 0; look < MAX_LOOKS; look++) {
    const after = await chain.balances([tokenId]);
    if (after.ok) {
      const sharesMicro = (after.value.shares.get(tokenId) ?? 0) - (before.shares.get(tokenId) ?? 0);
      if (sharesMicro > 0) return { pusdMicro: after.value.pusdMicro - before.pusdMicro, sharesMicro };
    }
    await session.sleep(LOOK_EVERY_MS);
  }
  return null;
}
