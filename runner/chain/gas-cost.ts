/** What gas costs in the account's own money. */
import type { MoneyMicro } from '../../core/model/money.ts';

const WEI_PER_POL = 10n ** 18n;

/** Gas in wei at `polPriceMicro` pUSD (millionths) for one POL, rounded up: against us. */
export function gasCostMicro(wei: bigint, polPriceMicro: number): MoneyMicro {
  return Number((wei * BigInt(polPriceMicro) + WEI_PER_POL - 1n) / WEI_PER_POL);
}
