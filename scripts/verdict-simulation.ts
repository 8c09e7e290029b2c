/**
 * What verdicts promise, held against worlds of which the truth is known: `make verdicts` (RUNS=200 for a quick look). The figures and what
 * they mean stand in docs/design/evidence.md; a small share of this is a test.
 */
import {
  binary,
  FAIR_BETTORS,
  feeOf,
  NULL_WORLDS,
  runWorld,
  type WindowDraw,
  type WorldFigures,
} from '../test/support/verdict-worlds.ts';

/** Thirty days of 5-minute windows. */
const MONTH = 8_640;
const SEEDS = 200;
const TRADES = 6_000;
const EDGE = 0.03;

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const part = (count: number, of: number): string => `${((100 * count) / of).toFixed(2)} %`;
let failed = false;

function line(
  name: string,
  { runs, everProven, everDisproven, missed, medianProof }: WorldFigures,
  isRight: boolean,
): void {
  failed ||= !isRight;
  const parts = [
    `proven ${part(everProven, runs)}`,
    `disproven ${part(everDisproven, runs)}`,
    `interval ever wrong ${part(missed, runs)}`,
    ...(medianProof === null ? [] : [`median first proof after ${medianProof}`]),
  ];
  print(`  ${isRight ? 'ok ' : 'BAD'} ${name.padEnd(54)} ${parts.join(', ')}`);
}

const runs = Number(process.env['RUNS'] || 2_000);
if (!Number.isSafeInteger(runs) || runs < 1) throw new RangeError('RUNS must be a whole number above 0.');

print(
  `No edge: ${runs} runs of ${MONTH} windows, looked at after every one. Allowed: proven in 5 %, interval wrong in 5 %.`,
);
for (const [name, world] of Object.entries(NULL_WORLDS)) {
  const figures = runWorld(world, { runs, windows: MONTH, mean: 0 });
  line(name, figures, figures.everProven <= 0.05 * runs && figures.missed <= 0.05 * runs);
}

print(`\nAn edge of 3 cents a share after fees: ${runs} runs of ${TRADES} traded windows. Asked: proven in 95 %.`);
const planted: Readonly<Record<string, () => WindowDraw>> = {
  'resting at even prices': () => (rng) => ({ x: binary(rng, 0.5, EDGE), w: 1 }),
  'taking at even prices': () => (rng) => ({ x: binary(rng, 0.5, EDGE + feeOf(0.5)) - feeOf(0.5), w: 1 }),
  'taking at 20 to 80 cents': () => (rng) => {
    const price = 0.2 + 0.6 * rng.uniform();
    return { x: binary(rng, price, EDGE + feeOf(price)) - feeOf(price), w: 1 };
  },
};
for (const [name, world] of Object.entries(planted)) {
  const figures = runWorld(world, { runs, windows: TRADES, mean: EDGE });
  line(name, figures, figures.everProven >= 0.95 * runs && figures.missed <= 0.05 * runs);
}

print(`\nA fair, driftless world with fees: ${SEEDS} seeds of ${MONTH} windows. Allowed: profitable in 2 %.`);
for (const [name, world] of Object.entries(FAIR_BETTORS)) {
  const figures = runWorld(world, { runs: SEEDS, windows: MONTH, firstSeed: 1_000_001 });
  line(name, figures, figures.everProven <= 0.02 * SEEDS);
}
process.exitCode = failed ? 1 : 0;
