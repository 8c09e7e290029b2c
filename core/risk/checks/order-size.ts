/** A whole amount within what the venue takes. Never rounded up to its minimum (DESIGN §3.13). */
import { costRoundedUp, MAX_SIZE_MICRO, type MoneyMicro } from '../../model/money.ts';
import type { OrderIntent } from '../../model/order.ts';
import type { DeniedReason } from '../denied-reason.ts';
import { sharesOf } from '../order-exposure.ts';
import type { RiskCheck } from '../risk-check.ts';
import { marketOf, type RiskContext } from '../risk-context.ts';

/** The venue wants 1 pUSD of a BUY that trades at once, and can cut exactly that to 0.99 (venue notes §2, 2026-11-23). */
const MIN_MARKETABLE_BUY_MICRO: MoneyMicro = 1_010_000;

export const orderSize: RiskCheck = {
  name: 'order size',
  codes: ['bad-amount', 'below-minimum', 'below-dollar'],
  check(intent: OrderIntent, context: RiskContext): DeniedReason | null {
    const { amount } = intent;
    const orderedMicro = amount.unit === 'pusd' ? amount.spendMicro : amount.sizeMicro;
    // Money for a sale has no meaning at the venue: only a BUY spends.
    const isAmount = Number.isSafeInteger(orderedMicro) && orderedMicro > 0;
    const sizeMicro = sharesOf(intent);
    if (!isAmount || sizeMicro > MAX_SIZE_MICRO || (amount.unit === 'pusd' && intent.side === 'sell')) {
      return { code: 'bad-amount', amountMicro: orderedMicro, unit: amount.unit, side: intent.side };
    }
    const { minSizeMicro } = marketOf(context);
    if (sizeMicro < minSizeMicro) return { code: 'below-minimum', sizeMicro, minimumMicro: minSizeMicro };
    const costMicro = amount.unit === 'pusd' ? amount.spendMicro : costRoundedUp(intent.priceTicks, sizeMicro);
    const canTradeAtOnce = intent.side === 'buy' && !intent.postOnly;
    if (!canTradeAtOnce || costMicro >= MIN_MARKETABLE_BUY_MICRO) return null;
    return { code: 'below-dollar', amountMicro: costMicro, minimumMicro: MIN_MARKETABLE_BUY_MICRO };
  },
};
