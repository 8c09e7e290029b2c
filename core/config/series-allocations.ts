/** How the bankroll is divided over the series: by name (`RUNNER_ALLOCATIONS`), or in equal parts. Object and runner read it alike. */
import { parseDecimal } from '../model/decimal.ts';
import type { SeriesSlug } from '../model/identifiers.ts';
import { formatMicro, MICRO_DECIMALS, type MoneyMicro } from '../model/money.ts';
import { err, ok, type Result } from '../model/result.ts';

/** What each series may count on. `text` is `series=amount,…`, empty for equal parts; the sum never exceeds the bankroll. */
export function seriesAllocations(
  text: string,
  series: readonly SeriesSlug[],
  bankrollMicro: MoneyMicro,
): Result<ReadonlyMap<SeriesSlug, MoneyMicro>, string> {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0) return ok(new Map(series.map((slug) => [slug, Math.floor(bankrollMicro / series.length)])));
  const amounts = new Map<SeriesSlug, MoneyMicro>();
  for (const part of parts) {
    const [name = '', amount = ''] = part.split('=').map((one) => one.trim());
    const slug = series.find((one) => one === name);
    const micro = parseDecimal(amount, MICRO_DECIMALS);
    if (slug === undefined || micro === null || micro <= 0 || amounts.has(slug)) {
      return err('RUNNER_ALLOCATIONS must be a comma list of series=amount, each series one of SERIES.');
    }
    amounts.set(slug, micro);
  }
  if (amounts.size !== series.length) return err('RUNNER_ALLOCATIONS must name every series of SERIES.');
  const sumMicro = [...amounts.values()].reduce((total, amount) => total + amount, 0);
  if (sumMicro <= bankrollMicro) return ok(amounts);
  return err(
    `RUNNER_ALLOCATIONS come to ${formatMicro(sumMicro)} pUSD, more than the bankroll of ${formatMicro(bankrollMicro)}: lower them, or raise BANKROLL_USDC.`,
  );
}
