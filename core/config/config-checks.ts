/**
 * What no field can see alone: limits that are none or contradict each other, a spread that loses by itself, times that the series does
 * not have, a bankroll in which no order fits. Each is a sentence that names the field and what to do.
 */
import { formatMicro, MICRO_PER_UNIT } from '../model/money.ts';
import { formatPriceTicks, TICKS_PER_PUSD } from '../model/price.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../model/time.ts';
import { takerFeeMicro } from '../pricing/fees.ts';
import type { ConfigProblem } from './config-problem.ts';
import type { EngineConfig } from './engine-config.ts';
import { humanName } from './human-units.ts';
import { orderRooms } from './order-room.ts';

type Check = (config: EngineConfig) => readonly (ConfigProblem | null)[];

const WHOLE_PPM = 1_000_000;
/** Windows that can hold something at a time: the one that ends, the present one, the next. */
const WINDOWS_AT_A_TIME = 3;
/** Half of all that a share can be worth: a collar beyond that holds nothing back. */
const WIDEST_COLLAR_TICKS = TICKS_PER_PUSD / 2;
/** Lengths of window that the venue has (venue notes §6, 2026-11-23: 5 minutes; its other series end in 15m, 1h and 4h). */
const WINDOW_LENGTHS_MS = [5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS];

const percent = (ppm: number): string => `${ppm / 10_000} %`;
const problem = (section: keyof EngineConfig, field: string, message: string): ConfigProblem => ({
  field: `${humanName(section)}.${humanName(field)}`,
  message,
});

/** A limit of nothing stops everything, which pausing does better; a limit of everything is none. */
const limitsAreLimits: Check = ({ risk }) =>
  (['maxOrderPpm', 'maxMarketPpm', 'maxTotalPpm', 'maxDailyLossPpm'] as const).map((field) => {
    if (risk[field] === 0)
      return problem('risk', field, 'is 0, so every order would be denied: pause the series instead');
    return risk[field] < WHOLE_PPM
      ? null
      : problem('risk', field, 'is 100, so there would be no limit: it must be less than the whole bankroll');
  });

const limitsAreInOrder: Check = ({ risk }) => [
  risk.maxOrderPpm > risk.maxMarketPpm
    ? problem('risk', 'maxOrderPpm', `is above risk.max_market_percent, ${percent(risk.maxMarketPpm)}: lower it`)
    : null,
  risk.maxMarketPpm > risk.maxTotalPpm
    ? problem('risk', 'maxMarketPpm', `is above risk.max_total_percent, ${percent(risk.maxTotalPpm)}: lower it`)
    : null,
  WINDOWS_AT_A_TIME * risk.maxMarketPpm > WHOLE_PPM
    ? problem(
        'risk',
        'maxMarketPpm',
        `is ${percent(risk.maxMarketPpm)}, and three windows of a series can be open at a time: together they would exceed the bankroll, so it must be at most 33.3333`,
      )
    : null,
];

const collarsHold: Check = ({ risk }) =>
  (['maxFairDistanceTicks', 'maxBookDistanceTicks'] as const).map((field) =>
    risk[field] < WIDEST_COLLAR_TICKS
      ? null
      : problem('risk', field, 'is 50 or more, so it would hold no price back: lower it'),
  );

/** An input that may be as old as the window says nothing about it. */
const agesAreAges: Check = ({ staleness, series }) =>
  (Object.keys(staleness) as (keyof typeof staleness)[]).map((field) => {
    if (staleness[field] === 0) return problem('staleness', field, 'is 0, so every input would be too old: raise it');
    return staleness[field] < series.durationMs
      ? null
      : problem('staleness', field, 'is as long as a window, so no input would ever be too old: lower it');
  });

/** Quotes on both sides that both fill must be worth more than completing one of them at once. */
const spreadPaysItsFee: Check = ({ marketMaker, guard }) => {
  const { feeRatePpm: ratePpm, feeExponent: exponent } = guard;
  const schedule = { ratePpm, exponent, takerOnly: true, rebatePpm: 0 };
  const feeTicks = Math.ceil(
    (takerFeeMicro(schedule, TICKS_PER_PUSD / 2, MICRO_PER_UNIT) * TICKS_PER_PUSD) / MICRO_PER_UNIT,
  );
  const spreadTicks = 2 * marketMaker.halfSpreadTicks;
  if (!marketMaker.enabled || spreadTicks >= feeTicks) return [];
  const message = `makes a spread of ${formatPriceTicks(spreadTicks)}, below the taker's fee of ${formatPriceTicks(feeTicks)} at an even price: a pair that has to be completed would lose by itself, so raise it`;
  return [problem('marketMaker', 'halfSpreadTicks', message)];
};

const quotesFit: Check = ({ marketMaker, guard, risk, series }) => {
  if (!marketMaker.enabled) return [];
  const lossMicro = marketMaker.orderSizeMicro / 2;
  const limitMicro = (risk.bankrollMicro / WHOLE_PPM) * risk.maxOrderPpm;
  return [
    marketMaker.orderSizeMicro < guard.minSizeMicro
      ? problem(
          'marketMaker',
          'orderSizeMicro',
          `is below the venue's minimum of ${formatMicro(guard.minSizeMicro)}: sizes are never rounded up, so raise it`,
        )
      : null,
    lossMicro > limitMicro
      ? problem(
          'marketMaker',
          'orderSizeMicro',
          `can lose ${formatMicro(Math.ceil(lossMicro))} pUSD at an even price, the limit of one order is ${formatMicro(Math.floor(limitMicro))}: lower it, or raise BANKROLL_USDC or risk.max_order_percent`,
        )
      : null,
    marketMaker.leaveBeforeEndMs >= series.durationMs
      ? problem('marketMaker', 'leaveBeforeEndMs', 'is as long as a window, so there would be no quotes: lower it')
      : null,
  ];
};

/** A slug and a length that belong together, and a length that the venue has. */
const windowsAreKnown: Check = ({ series }) => {
  const { slug, durationMs } = series;
  const end = /-([1-9]\d?)([mh])$/.exec(slug);
  const ofSlugMs = end === null ? null : Number(end[1]) * (end[2] === 'h' ? HOUR_MS : MINUTE_MS);
  if (ofSlugMs !== durationMs) {
    return [{ field: 'SERIES', message: `names ${slug}, whose windows do not last ${durationMs / SECOND_MS} s` }];
  }
  if (WINDOW_LENGTHS_MS.includes(durationMs)) return [];
  return [{ field: 'SERIES', message: `names ${slug}: the venue has windows of 5m, 15m, 1h and 4h, and no others` }];
};

/** A bankroll in which no order of the smallest size fits trades nothing. */
const anOrderFits: Check = ({ risk, guard }) => {
  const [cheapest] = orderRooms(risk, guard);
  if (cheapest.orders > 0 || risk.bankrollMicro <= 0) return [];
  const smallest = Number.isFinite(cheapest.smallestBankrollMicro)
    ? `a series needs ${formatMicro(cheapest.smallestBankrollMicro)} pUSD`
    : 'no bankroll is enough';
  return [
    {
      field: 'BANKROLL_USDC',
      message: `gives the series ${formatMicro(risk.bankrollMicro)} pUSD, in which the limits permit not one order of ${formatMicro(guard.minSizeMicro)} shares at an even price: ${smallest}, or higher limits in [risk]`,
    },
  ];
};

const bankrollIsThere: Check = ({ risk }) => [
  risk.bankrollMicro > 0 ? null : { field: 'BANKROLL_USDC', message: 'is 0: say what may be traded with' },
];

const CHECKS: readonly Check[] = [
  bankrollIsThere,
  windowsAreKnown,
  limitsAreLimits,
  limitsAreInOrder,
  collarsHold,
  agesAreAges,
  spreadPaysItsFee,
  quotesFit,
  anOrderFits,
];

/** Everything that contradicts itself in a configuration whose fields are each in order. */
export function configProblems(config: EngineConfig): readonly ConfigProblem[] {
  return CHECKS.flatMap((check) => check(config)).filter((found) => found !== null);
}
