/**
 * How nervous the generated market is: a log volatility of two mean-reverting parts (hours and minutes), the hour of the day, and
 * jumps that leave the fast part excited. That is enough for clustering and fat tails like those of real minutes; it is a
 * simulation's model and no claim about the market.
 */
import { exp, log } from '../model/math.ts';
import { HOUR_MS, SECOND_MS, type UnixMs } from '../model/time.ts';
import type { Rng } from './rng.ts';

export interface VolatilityStep {
  /** Standard deviation of the diffusive log return over this second. */
  readonly sigma: number;
  /** Log return of a jump within this second; 0 in nearly all. */
  readonly jump: number;
  /** Standard deviation of the whole log return over this second, jumps included. */
  readonly totalSigma: number;
  /** Annualised implied volatility in percent. */
  readonly impliedPercent: number;
}

export interface VolatilityProcess {
  /** The next second; `atMs` is its start. */
  next(atMs: UnixMs): VolatilityStep;
}

/** Seconds in a year of 365 days: the convention of the venue notes for DVOL. */
const YEAR_SECONDS = 31_536_000;
/** Root mean square of the diffusive part, a year: with jumps about 0.48, which is BTC's size in 2025 and 2026. */
const MEAN_ANNUAL_SIGMA = 0.42;
/** Regimes last hours, bursts last minutes (minute returns of 2025/26 forget with half-lives of about 10 minutes). */
const SLOW_SECONDS = 6 * 3_600;
const FAST_SECONDS = 10 * 60;
/** Standard deviations of the two parts of the log volatility. */
const SLOW_SD = 0.25;
const FAST_SD = 0.35;
/** Jumps a day in a market of mean volatility, and the standard deviation of one. */
const JUMPS_PER_DAY = 6;
const JUMP_SD = 0.0012;
/** What a jump adds to the fast part, and where the fast part ends. */
const JUMP_EXCITEMENT = 0.4;
const MAX_FAST = 1.2;
/** Log volatility by UTC hour, mean about zero: quiet in the small hours, busy when the American exchanges open. */
const HOUR_PROFILE = [
  0.02, -0.04, -0.1, -0.16, -0.2, -0.22, -0.18, -0.1, -0.02, 0.02, 0.02, 0.04, 0.14, 0.3, 0.36, 0.32, 0.22, 0.12, 0.04,
  0.0, -0.06, -0.1, -0.12, -0.06,
];
/** Implied volatility forgets in half a day, moves less than what is realised, and stands a little above it. */
const IMPLIED_SECONDS = 12 * 3_600;
const IMPLIED_SD = 0.08;
const IMPLIED_MEAN_PERCENT = 50;
const IMPLIED_SLOW_WEIGHT = 0.5;

/** A volatility process that draws from `rng` alone. */
export function createVolatilityProcess(rng: Rng): VolatilityProcess {
  const slowRng = rng.fork('slow');
  const fastRng = rng.fork('fast');
  const jumpRng = rng.fork('jump');
  const impliedRng = rng.fork('implied');
  let slow = SLOW_SD * slowRng.normal();
  let fast = FAST_SD * fastRng.normal();
  let implied = IMPLIED_SD * impliedRng.normal();
  // E[exp(2x)] of a normal x is exp(2 var): taken out, so that the mean square stays where it was set.
  const base = log(MEAN_ANNUAL_SIGMA / Math.sqrt(YEAR_SECONDS)) - (SLOW_SD * SLOW_SD + FAST_SD * FAST_SD);
  const meanSigma = MEAN_ANNUAL_SIGMA / Math.sqrt(YEAR_SECONDS);
  const jumpsPerSecond = JUMPS_PER_DAY / 86_400;

  return {
    next(atMs) {
      slow = revert(slow, SLOW_SECONDS, SLOW_SD, slowRng.normal());
      fast = Math.min(MAX_FAST, revert(fast, FAST_SECONDS, FAST_SD, fastRng.normal()));
      implied = revert(implied, IMPLIED_SECONDS, IMPLIED_SD, impliedRng.normal());
      const sigma = exp(base + slow + fast + hourEffect(atMs));
      // Jumps come in nervous markets: their rate follows the variance.
      const relative = sigma / meanSigma;
      const rate = jumpsPerSecond * relative * relative;
      const jumped = jumpRng.uniform() < rate;
      const jump = jumped ? JUMP_SD * jumpRng.normal() : 0;
      if (jumped) fast = Math.min(MAX_FAST, fast + JUMP_EXCITEMENT);
      return {
        sigma,
        jump,
        totalSigma: Math.sqrt(sigma * sigma + rate * JUMP_SD * JUMP_SD),
        impliedPercent: IMPLIED_MEAN_PERCENT * exp(implied + IMPLIED_SLOW_WEIGHT * slow),
      };
    },
  };
}

/** One second of an Ornstein–Uhlenbeck process with this time scale and stationary standard deviation. */
function revert(value: number, seconds: number, sd: number, normal: number): number {
  return value - value / seconds + sd * Math.sqrt(2 / seconds) * normal;
}

function hourEffect(atMs: UnixMs): number {
  const hours = (Math.floor(atMs / SECOND_MS) * SECOND_MS) / HOUR_MS;
  const hour = Math.floor(hours);
  const from = HOUR_PROFILE[hour % 24] ?? 0;
  const to = HOUR_PROFILE[(hour + 1) % 24] ?? 0;
  return from + (to - from) * (hours - hour);
}
