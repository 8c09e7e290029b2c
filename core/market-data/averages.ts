/**
 * Averages that are updated value by value, in the arithmetic order of TA-Lib 0.8.2, so that results agree with it to the last
 * digits. All state is plain numbers: restored, it goes on bit for bit.
 */

/** An average that starts as the plain mean of its first `length` values and is smoothed from then on. */
export interface SmoothedAverage {
  readonly length: number;
  /** Values taken so far, up to `length`. */
  count: number;
  /** The sum while it starts, the average afterwards. */
  value: number;
}

/** An average of nothing yet. */
export function createSmoothedAverage(length: number): SmoothedAverage {
  return { length, count: 0, value: 0 };
}

/** Is the first mean complete? */
export function isWarm(average: SmoothedAverage): boolean {
  return average.count === average.length;
}

/** The average, `null` while it starts. */
export function averageOf(average: SmoothedAverage): number | null {
  return isWarm(average) ? average.value : null;
}

function start(average: SmoothedAverage, x: number): void {
  average.value += x;
  average.count++;
  if (average.count === average.length) average.value /= average.length;
}

/** Exponential moving average: weight 2 / (length + 1) for the newest value. */
export function pushExponential(average: SmoothedAverage, x: number): void {
  if (isWarm(average)) average.value = (x - average.value) * (2 / (average.length + 1)) + average.value;
  else start(average, x);
}

/** J. W. Wilder's smoothing ("New Concepts in Technical Trading Systems", 1978): weight 1 / length for the newest value. */
export function pushWilder(average: SmoothedAverage, x: number): void {
  if (isWarm(average)) average.value = (average.value * (average.length - 1) + x) / average.length;
  else start(average, x);
}

/** The last `length` values, in a ring. */
export interface RollingWindow {
  readonly length: number;
  /** Values taken so far, without end. */
  count: number;
  readonly values: number[];
}

/** A window without values. */
export function createRollingWindow(length: number): RollingWindow {
  return { length, count: 0, values: new Array<number>(length).fill(0) };
}

/** Takes one value; the oldest goes. */
export function pushRolling(window: RollingWindow, x: number): void {
  window.values[window.count % window.length] = x;
  window.count++;
}

/** Does the window hold `length` values? */
export function isFull(window: RollingWindow): boolean {
  return window.count >= window.length;
}
