/**
 * How much each strategy may still stake. What is free and what is at work already are split together, so that a strategy which has
 * used its part does not go on to eat the others'; what is given out never exceeds what is free.
 */
import { type RouterConfig, TRADING_STRATEGIES, type TradingStrategy } from '../../config/router-config.ts';
import { invariant } from '../../model/errors.ts';
import type { SeriesSlug } from '../../model/identifiers.ts';
import type { MoneyMicro } from '../../model/money.ts';
import { partOf } from '../part-of.ts';

export interface Capital {
  readonly series: SeriesSlug;
  /** Free cash: the smaller of what our books and the account show, less what standing orders may take. */
  readonly freeCashMicro: MoneyMicro;
  /** What each strategy of this series has in open orders and unresolved positions. */
  readonly committedMicro: Readonly<Record<TradingStrategy, MoneyMicro>>;
}

/** Stakes in whole millionths; nothing for a series that is not named. Throws `InvariantError` for money that is no integer. */
export function allocateCapital(
  { series, freeCashMicro, committedMicro }: Capital,
  config: RouterConfig,
): Record<TradingStrategy, MoneyMicro> {
  invariant(Number.isSafeInteger(freeCashMicro), 'free cash is a whole number of millionths', { freeCashMicro });
  const partPpm = config.series.find(({ slug }) => slug === series)?.partPpm ?? 0;
  const freeMicro = partOf(freeCashMicro, partPpm);
  const stakes: Record<TradingStrategy, MoneyMicro> = { directional: 0, 'market-maker': 0 };
  let atWorkMicro = 0;
  for (const strategy of TRADING_STRATEGIES) atWorkMicro += Math.max(0, committedMicro[strategy]);
  for (const strategy of TRADING_STRATEGIES) {
    const committed = Math.max(0, committedMicro[strategy]);
    const wholeMicro = partOf(freeMicro + atWorkMicro, config.strategies[strategy]);
    // Of two, only one can lack a part of its own: where the other has more at work than its part, it gets what is free and no more.
    stakes[strategy] = Math.min(freeMicro, Math.max(0, wholeMicro - committed));
  }
  return stakes;
}
