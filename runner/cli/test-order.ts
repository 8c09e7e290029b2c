/** The order that tries the venue out: post-only, of the minimum size, as far from the market as its grid allows. */
import type { TokenId } from '../../core/model/identifiers.ts';
import { costRoundedUp, type MoneyMicro } from '../../core/model/money.ts';
import type { TimeInForce } from '../../core/model/order.ts';
import type { PriceTicks } from '../../core/model/price.ts';
import type { Outcome } from '../../core/model/window.ts';
import type { MarketRules } from '../account/market-rules.ts';
import type { SignedOrder } from '../clob/clob-client.ts';
import { createOrderSigner } from '../signer/create-order-signer.ts';
import type { OrderRequest } from '../signer/order-signer.ts';
import { CliProblem } from './cli-problem.ts';
import { bestOf, readBook } from './read-book.ts';
import type { Session } from './session/session.ts';
import type { AccountWallet } from './session/wallet-access.ts';

export interface FarOrder {
  readonly tokenId: TokenId;
  readonly outcome: Outcome;
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: number;
  /** What it costs if everything of it is taken, against all expectation. Makers pay no fee. */
  readonly worstCaseMicro: MoneyMicro;
}

/** Salts are JSON numbers: 53 bits. */
const SALT_BYTES = 7;
const SALT_BITS_TOO_MANY = 3n;

/** Where to put it: the dearer outcome at the lowest price of the grid. Throws `CliProblem` where even that would cross. */
export async function planFarOrder(session: Session, rules: MarketRules): Promise<FarOrder> {
  const { market, tickSizeTicks } = rules;
  const [up, down] = await Promise.all([readBook(session, market.tokens.up), readBook(session, market.tokens.down)]);
  const upAsk = up.ok ? bestOf(up.value).askTicks : null;
  const downAsk = down.ok ? bestOf(down.value).askTicks : null;
  const outcome: Outcome = (upAsk ?? 0) >= (downAsk ?? 0) ? 'up' : 'down';
  const ask = outcome === 'up' ? upAsk : downAsk;
  if (ask !== null && ask <= tickSizeTicks) {
    throw new CliProblem(`${market.slug} is offered at the lowest price already: try again in the next window.`);
  }
  return {
    tokenId: market.tokens[outcome],
    outcome,
    priceTicks: tickSizeTicks,
    sizeMicro: market.minSizeMicro,
    worstCaseMicro: costRoundedUp(tickSizeTicks, market.minSizeMicro),
  };
}

/** Signs an order of the wallet; each has a salt of its own. Throws `CliProblem` where it cannot be signed. */
export function signOrder(
  session: Session,
  wallet: AccountWallet,
  apiKey: string,
  rules: MarketRules,
  order: Pick<OrderRequest, 'tokenId' | 'side' | 'priceTicks' | 'amount'> & {
    readonly timeInForce: TimeInForce;
    readonly postOnly: boolean;
    readonly expirationS?: number;
  },
): SignedOrder {
  const signer = createOrderSigner(wallet.signer, wallet.trading, apiKey);
  if (!signer.ok) throw new CliProblem(signer.error.detail);
  const salt = Number(BigInt(`0x${session.random.hex(SALT_BYTES)}`) >> SALT_BITS_TOO_MANY);
  const request: OrderRequest = {
    expirationS: 0,
    metadata: null,
    builderCode: null,
    ...order,
    salt,
    timestampMs: session.clock.now(),
  };
  const { tickSizeTicks, market } = rules;
  const signed = signer.value.signRequest(request, { tickSizeTicks, negRisk: market.negRisk });
  if (!signed.ok) throw new CliProblem(`The order cannot be signed: ${signed.error.detail}`);
  return signed.value;
}

/** The far order, signed. */
export function signFarOrder(
  session: Session,
  wallet: AccountWallet,
  apiKey: string,
  rules: MarketRules,
  { tokenId, priceTicks, sizeMicro }: FarOrder,
  expirationS = 0,
): SignedOrder {
  return signOrder(session, wallet, apiKey, rules, {
    tokenId,
    side: 'buy',
    priceTicks,
    amount: { unit: 'shares', sizeMicro },
    timeInForce: expirationS === 0 ? 'GTC' : 'GTD',
    postOnly: true,
    expirationS,
  });
}
