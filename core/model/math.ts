/**
 * Elementary functions that give the same bits in every engine: `Math.exp`, `log`, `pow`, `sin` differ by one ulp between Node
 * and workerd (RUNTIME §1), so core uses these, made of + − × ÷ and of `Math.floor`, `trunc`, `abs`, `sqrt`.
 *
 * Algorithms and coefficients: fdlibm 5.3 (Sun Microsystems, K. C. Ng, 1993: e_exp, s_expm1, e_log, s_log1p, e_pow, s_tanh,
 * s_erf, k_sin, k_cos, e_rem_pio2), in the shorter arrangement of FreeBSD's msun where it has one; W. J. Cody, "Rational
 * Chebyshev approximations for the error function" (Math. Comp. 23, 1969) for the normal distribution function; M. J. Wichura,
 * algorithm AS 241 (Appl. Statist. 37, 1988) for its inverse. Special values follow ECMAScript's `Math`.
 */
import { InvariantError } from './errors.ts';
import { fromWords, highWord, lowWord, withoutLowWord } from './float-bits.ts';
import {
  type Coefficients3,
  type Coefficients4,
  type Coefficients5,
  type Coefficients6,
  horner3,
  horner4,
  horner5,
  horner6,
} from './horner.ts';
import {
  erfcFar,
  erfcMiddle,
  erfNearOne,
  erfNearZero,
  normalCentre,
  normalFar,
  normalMiddle,
  quantileCentre,
  quantileFar,
  quantileMiddle,
} from './rational-approximations.ts';

const LN2_HI = 0.6931471803691238;
const LN2_LO = 1.9082149292705877e-10;
const LN2 = LN2_HI + LN2_LO;
const INV_LN2 = 1 / LN2;
const HALF_LN2 = 0.34657359027997264;
/** exp overflows above the one, and is zero below the other. */
const EXP_OVERFLOW = 709.782712893384;
const EXP_UNDERFLOW = -745.1332191019411;
const TWO_54 = 18_014_398_509_481_984;
const TWO_M54 = 5.551115123125783e-17;
/** The smallest double with a full mantissa. */
const SMALLEST_NORMAL = 2.2250738585072014e-308;
/** Above it every double is an even integer. */
const TWO_53 = 9_007_199_254_740_992;

/** 2^k at k + 1074 for −1074 ≤ k ≤ 1023: a multiplication by it is exact where the result is a normal number. */
const POWERS = new Float64Array(2098);
for (let k = -1074, power = 5e-324; k <= 1023; k++, power *= 2) POWERS[k + 1074] = power;

function powerOfTwo(k: number): number {
  return POWERS[k + 1074] as number;
}

/** `y · 2^k` for y within a factor of four of 1, rounded once, subnormal results included. */
function scale(y: number, k: number): number {
  if (k > 1023) return y * 2 * powerOfTwo(k - 1);
  if (k >= -1021) return y * powerOfTwo(k);
  return y * powerOfTwo(k + 1000) * powerOfTwo(-1000);
}

const EXP: Coefficients5 = [
  0.16666666666666602, -0.0027777777777015593, 6.613756321437934e-5, -1.6533902205465252e-6, 4.1381367970572385e-8,
];
/** Kernel of e^r for |r| ≤ ½ ln 2: (e^r + 1) ÷ (e^r − 1) · r − 2, an even function, subtracted from r. */
function expRational(r: number): number {
  const z = r * r;
  return r - z * horner5(z, EXP);
}

/** e^x. Error below 1 ulp. */
export function exp(x: number): number {
  if (!(x > EXP_UNDERFLOW)) return Number.isNaN(x) ? x : 0;
  if (x > EXP_OVERFLOW) return Number.POSITIVE_INFINITY;
  const k = x > HALF_LN2 || x < -HALF_LN2 ? Math.floor(INV_LN2 * x + 0.5) : 0;
  const hi = x - k * LN2_HI;
  const lo = k * LN2_LO;
  const r = hi - lo;
  const c = expRational(r);
  const y = 1 + ((r * c) / (2 - c) - lo + hi);
  return k === 0 ? y : scale(y, k);
}

const EXPM1: Coefficients6 = [
  1, -0.03333333333333313, 0.0015873015872548146, -7.93650757867488e-5, 4.008217827329362e-6, -2.0109921818362437e-7,
];
/** e^x − 1, accurate near 0. Error below 1 ulp. */
export function expm1(x: number): number {
  if (Number.isNaN(x) || Math.abs(x) < TWO_M54) return x;
  if (x > EXP_OVERFLOW) return Number.POSITIVE_INFINITY;
  // e^x is below half an ulp of 1.
  if (x < -38.816242) return -1;
  let k = 0;
  let r = x;
  let c = 0;
  if (Math.abs(x) > HALF_LN2) {
    k = Math.trunc(INV_LN2 * x + (x < 0 ? -0.5 : 0.5));
    const hi = x - k * LN2_HI;
    const lo = k * LN2_LO;
    r = hi - lo;
    c = hi - r - lo;
  }
  const half = 0.5 * r;
  const hxs = r * half;
  const r1 = horner6(hxs, EXPM1);
  const t = 3 - r1 * half;
  let e = hxs * ((r1 - t) / (6 - r * t));
  if (k === 0) return r - (r * e - hxs);
  e = r * (e - c) - c - hxs;
  if (k === -1) return 0.5 * (r - e) - 0.5;
  if (k === 1) return r < -0.25 ? -2 * (e - (r + 0.5)) : 1 + 2 * (r - e);
  if (k < 0 || k > 56) return scale(r - e + 1, k) - 1;
  const reciprocal = powerOfTwo(-k);
  return k < 20 ? scale(r - e + (1 - reciprocal), k) : scale(r - (e + reciprocal) + 1, k);
}

const LOG_EVEN: Coefficients3 = [0.3999999999940942, 0.22222198432149784, 0.15313837699209373];
const LOG_ODD: Coefficients4 = [0.6666666666666735, 0.2857142874366239, 0.1818357216161805, 0.14798198605116586];
/** log of (1 + f) · 2^k · (1 + c), with 1 + f between √½ and √2 and a tiny c. */
function logReduced(f: number, k: number, c: number): number {
  const halfSquare = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * horner3(w, LOG_EVEN);
  const odd = z * horner4(w, LOG_ODD);
  return s * (halfSquare + (odd + even)) + (k * LN2_LO + c) - halfSquare + f + k * LN2_HI;
}

/** Exponent of a normal x whose mantissa is reduced to √½ … √2, by its high word. */
function exponentOf(high: number): number {
  return ((high + (0x3ff00000 - 0x3fe6a09e)) >> 20) - 0x3ff;
}

/** Natural logarithm; NaN below 0. Error below 1 ulp. */
export function log(x: number): number {
  const high = highWord(x);
  if (high >= 0x00100000 && high < 0x7ff00000) {
    const k = exponentOf(high);
    return logReduced(x * powerOfTwo(-k) - 1, k, 0);
  }
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x < 0) return Number.NaN;
  if (x - x !== 0) return x;
  const k = exponentOf(highWord(x * TWO_54));
  return logReduced(x * TWO_54 * powerOfTwo(-k) - 1, k - 54, 0);
}

/** log(1 + x), accurate near 0; NaN below −1. Error below 1 ulp. */
export function log1p(x: number): number {
  if (!(x > -1)) return x === -1 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY || Math.abs(x) < TWO_M54) return x;
  // Between √½ − 1 and √2 − 1 nothing has to be reduced.
  if (x > -0.2928932188134524 && x < 0.41421356237309503) return logReduced(x, 0, 0);
  const u = 1 + x;
  const k = exponentOf(highWord(u));
  // What 1 + x lost in rounding.
  const c = k < 54 ? (k >= 2 ? 1 - (u - x) : x - (u - 1)) / u : 0;
  return logReduced(u * powerOfTwo(-k) - 1, k, c);
}

/** Leading and trailing part of log2 |x| or of a product: results of the two halves of `pow`. */
const pair = new Float64Array(2);

const LOG2: Coefficients6 = [
  0.5999999999999946, 0.4285714285785502, 0.33333332981837743, 0.272728123808534, 0.23066074577556175,
  0.20697501780033842,
];
/** log2 of ax > 0 in two parts, for |y| ≤ 2^31. */
function log2InTwoParts(positive: number): void {
  let ax = positive;
  let offset = 0;
  if (ax < SMALLEST_NORMAL) {
    ax *= TWO_54;
    offset = 54;
  }
  let exponent = (highWord(ax) >> 20) - 0x3ff;
  const fraction = highWord(ax) & 0x000fffff;
  // Around which of 1 and 1.5 the mantissa is expanded; beyond √3 it is halved.
  const k = fraction > 0x3988e && fraction < 0xbb67a ? 1 : 0;
  if (fraction >= 0xbb67a) exponent += 1;
  ax *= powerOfTwo(-exponent);
  const n = exponent - offset;
  const base = k === 0 ? 1 : 1.5;
  const u = ax - base;
  const v = 1 / (ax + base);
  const ss = u * v;
  const sHigh = withoutLowWord(ss);
  const tHigh = fromWords(((highWord(ax) >> 1) | 0x20000000) + 0x00080000 + (k << 18), 0);
  const tLow = ax - (tHigh - base);
  const sLow = v * (u - sHigh * tHigh - sHigh * tLow);
  let s2 = ss * ss;
  let r = s2 * s2 * horner6(s2, LOG2);
  r += sLow * (sHigh + ss);
  s2 = sHigh * sHigh;
  const cubeHigh = withoutLowWord(3 + s2 + r);
  const cubeLow = r - (cubeHigh - 3 - s2);
  const productHigh = sHigh * cubeHigh;
  const productLow = sLow * cubeHigh + cubeLow * ss;
  const pHigh = withoutLowWord(productHigh + productLow);
  const pLow = productLow - (pHigh - productHigh);
  const zHigh = 0.9617967009544373 * pHigh;
  const zLow = -7.028461650952758e-9 * pHigh + pLow * 0.9617966939259756 + (k === 0 ? 0 : 1.350039202129749e-8);
  const dpHigh = k === 0 ? 0 : 0.5849624872207642;
  const high = withoutLowWord(zHigh + zLow + dpHigh + n);
  pair[0] = high;
  pair[1] = zLow - (high - n - dpHigh - zHigh);
}

/** log2 of ax in two parts where |y| > 2^31: only |ax − 1| ≤ 2^-20 gives a finite power there. */
function log2NearOneInTwoParts(ax: number): void {
  const t = ax - 1;
  const w = t * t * (0.5 - t * (0.3333333333333333 - t * 0.25));
  const u = 1.4426950216293335 * t;
  const v = t * 1.9259629911266175e-8 - w * INV_LN2;
  const high = withoutLowWord(u + v);
  pair[0] = high;
  pair[1] = v - (high - u);
}

/** 2^(high + low), for a low part that is small beside the high one. */
function exp2OfParts(high: number, low: number): number {
  const z = high + low;
  // 8.008566259537294e-17 is log2 of (1 + half an ulp of the largest double).
  if (z >= 1024 && (z > 1024 || low + 8.008566259537294e-17 > z - high)) return Number.POSITIVE_INFINITY;
  if (z <= -1075 && (z < -1075 || low <= z - high)) return 0;
  const n = Math.abs(z) > 0.5 ? Math.floor(z + 0.5) : 0;
  const rest = high - n;
  const t = withoutLowWord(low + rest);
  const u = t * 0.6931471824645996;
  const v = (low - (t - rest)) * LN2 + t * -1.904654299957768e-9;
  const x = u + v;
  const w = v - (x - u);
  const t1 = expRational(x);
  const r = (x * t1) / (t1 - 2) - (w + x * w);
  return scale(1 - (r - x), n);
}

/** |x|^y where x or y is 0, infinite or NaN, or y is one of the exact exponents; `null` where it has to be computed. */
function powSpecial(ax: number, y: number): number | null {
  if (y === 0) return 1;
  if (Number.isNaN(ax) || Number.isNaN(y)) return Number.NaN;
  if (Math.abs(y) === Number.POSITIVE_INFINITY) {
    if (ax === 1) return Number.NaN;
    return ax > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
  }
  if (ax === 0 || ax === Number.POSITIVE_INFINITY) return (ax === 0) === y > 0 ? 0 : Number.POSITIVE_INFINITY;
  if (ax === 1) return 1;
  if (y === 1) return ax;
  if (y === 2) return ax * ax;
  if (y === 0.5) return Math.sqrt(ax);
  if (y === -1) return 1 / ax;
  return null;
}

/** |x|^y for finite x other than 0 and 1, and finite y other than 0. */
function powOfPositive(ax: number, y: number): number {
  if (Math.abs(y) > 2_147_483_648) {
    // Far from 1 the result is out of range whatever the rest.
    if (ax < 0.9999990463256836) return y < 0 ? Number.POSITIVE_INFINITY : 0;
    if (ax > 1.0000009536743164) return y > 0 ? Number.POSITIVE_INFINITY : 0;
    log2NearOneInTwoParts(ax);
  } else log2InTwoParts(ax);
  const t1 = pair[0] as number;
  const t2 = pair[1] as number;
  const y1 = withoutLowWord(y);
  return exp2OfParts(y1 * t1, (y - y1) * t1 + y * t2);
}

/** x^y with the special values of `Math.pow`. Error below 1 ulp. */
export function pow(x: number, y: number): number {
  const ax = Math.abs(x);
  const negative = x < 0 || (x === 0 && 1 / x < 0);
  const integer = Math.abs(y) === Number.POSITIVE_INFINITY || Math.floor(y) === y;
  if (x < 0 && x !== Number.NEGATIVE_INFINITY && !integer) return Number.NaN;
  const magnitude = powSpecial(ax, y) ?? powOfPositive(ax, y);
  const odd = integer && Math.abs(y) < TWO_53 && y % 2 !== 0;
  return negative && odd ? -magnitude : magnitude;
}

/** Hyperbolic tangent. Error below 2 ulp. */
export function tanh(x: number): number {
  if (Number.isNaN(x)) return x;
  const ax = Math.abs(x);
  if (ax > 22) return x > 0 ? 1 : -1;
  if (ax < TWO_M54) return x;
  const t = expm1(ax >= 1 ? 2 * ax : -2 * ax);
  const z = ax >= 1 ? 1 - 2 / (t + 2) : -t / (t + 2);
  return x < 0 ? -z : z;
}

/** erf at 1, rounded: the interval 0.84375 … 1.25 is computed from it. */
const ERF_ONE = 0.8450629115104675;

/** erfc(|x|) for 1.25 ≤ |x| < 28. */
function erfcTail(ax: number): number {
  const s = 1 / (ax * ax);
  const rational = ax < 2.857142857142857 ? erfcMiddle(s) : erfcFar(s);
  const z = withoutLowWord(ax);
  return (exp(-z * z - 0.5625) * exp((z - ax) * (z + ax) + rational)) / ax;
}

/** Error function. Error below 1 ulp. */
export function erf(x: number): number {
  const ax = Math.abs(x);
  if (ax < 0.84375) return x + x * erfNearZero(x);
  if (Number.isNaN(x)) return x;
  if (ax >= 6) return x > 0 ? 1 : -1;
  const magnitude = ax < 1.25 ? ERF_ONE + erfNearOne(ax) : 1 - erfcTail(ax);
  return x > 0 ? magnitude : -magnitude;
}

/** 1 − erf(x), accurate in its right tail. Error below 3 ulp. */
export function erfc(x: number): number {
  const ax = Math.abs(x);
  if (ax < 0.84375) {
    const y = erfNearZero(x);
    return x < 0.25 ? 1 - (x + x * y) : 0.5 - (x - 0.5 + x * y);
  }
  if (Number.isNaN(x)) return x;
  if (ax < 1.25) return x > 0 ? 1 - ERF_ONE - erfNearOne(ax) : 1 + (ERF_ONE + erfNearOne(ax));
  if (x >= 28) return 0;
  if (x <= -6) return 2;
  const tail = erfcTail(ax);
  return x > 0 ? tail : 2 - tail;
}

/** 1 / √(2π). */
const NORMAL_PEAK = 0.3989422804014327;

/** e^(−x²/2), with x² in two parts, the first of them exact, so that it keeps its relative accuracy far out. */
function expOfHalfSquare(ax: number): number {
  const head = Math.trunc(ax * 16) / 16;
  return exp(-0.5 * head * head) * exp(-0.5 * (ax - head) * (ax + head));
}

/** Density of the standard normal distribution. Relative error below 1e-15. */
export function normalPdf(x: number): number {
  const ax = Math.abs(x);
  return ax < 39 ? NORMAL_PEAK * expOfHalfSquare(ax) : Number.isNaN(x) ? x : 0;
}

/** Standard normal distribution function, accurate in its left tail too (to −37.5; relative error below 2e-15). */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return x;
  const ax = Math.abs(x);
  if (ax <= 0.67448975) return 0.5 + x * normalCentre(x * x);
  if (ax > 39) return x > 0 ? 1 : 0;
  const ratio = ax <= 5.656854249492381 ? normalMiddle(ax) : (NORMAL_PEAK - normalFar(1 / (x * x))) / ax;
  const tail = expOfHalfSquare(ax) * ratio;
  return x > 0 ? 1 - tail : tail;
}

/** Inverse of the standard normal distribution function: ∓∞ at 0 and 1, NaN outside. Relative error below 2e-15. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) {
    if (p === 0) return Number.NEGATIVE_INFINITY;
    return p === 1 ? Number.POSITIVE_INFINITY : Number.NaN;
  }
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * quantileCentre(0.180625 - q * q);
  const r = Math.sqrt(-log(q < 0 ? p : 1 - p));
  const magnitude = r <= 5 ? quantileMiddle(r - 1.6) : quantileFar(r - 5);
  return q < 0 ? -magnitude : magnitude;
}

/** Arguments up to here are reduced exactly enough; nothing in core needs a larger one. */
export const MAX_TRIG_ARGUMENT = 1_000_000;

/** Remainder of x by π/2 in two parts (in `pair`); returns the quadrant. Cody and Waite's reduction with 3 × 33 bits of π/2. */
function reduceByHalfPi(x: number): number {
  if (x > MAX_TRIG_ARGUMENT || x < -MAX_TRIG_ARGUMENT) {
    throw new InvariantError('sin and cos are for |x| up to a million', { x });
  }
  const n = Math.floor(x * 0.6366197723675814 + 0.5);
  // n has 20 bits and each part 33, so the first two products are exact.
  const first = x - n * 1.5707963267341256;
  let w = n * 6.077100506303966e-11;
  const r = first - w;
  w = n * 2.0222662487959506e-21 - (first - r - w);
  const high = r - w;
  pair[0] = high;
  pair[1] = r - high - w;
  return n & 3;
}

const SIN: Coefficients5 = [
  0.00833333333332249, -0.0001984126982985795, 2.7557313707070068e-6, -2.5050760253406863e-8, 1.58969099521155e-10,
];
/** sin(x + y) for |x| ≤ π/4 and a tiny y. */
function sinKernel(x: number, y: number): number {
  const z = x * x;
  const v = z * x;
  const r = horner5(z, SIN);
  return x - (z * (0.5 * y - v * r) - y - v * -0.16666666666666632);
}

const COS: Coefficients6 = [
  0.0416666666666666, -0.001388888888887411, 2.480158728947673e-5, -2.7557314351390663e-7, 2.087572321298175e-9,
  -1.1359647557788195e-11,
];
/** cos(x + y) for |x| ≤ π/4 and a tiny y. */
function cosKernel(x: number, y: number): number {
  const z = x * x;
  const r = z * horner6(z, COS);
  const half = 0.5 * z;
  const w = 1 - half;
  return w + (1 - w - half + (z * r - x * y));
}

const QUARTER_PI = 0.7853981633974483;

/** Sine for |x| ≤ 10^6. Error below 1 ulp. Throws `InvariantError` beyond. */
export function sin(x: number): number {
  if (Math.abs(x) <= QUARTER_PI) return Math.abs(x) < 7.450580596923828e-9 ? x : sinKernel(x, 0);
  if (x - x !== 0) return Number.NaN;
  const quadrant = reduceByHalfPi(x);
  const high = pair[0] as number;
  const low = pair[1] as number;
  const magnitude = quadrant === 0 || quadrant === 2 ? sinKernel(high, low) : cosKernel(high, low);
  return quadrant < 2 ? magnitude : -magnitude;
}

/** Cosine for |x| ≤ 10^6. Error below 1 ulp. Throws `InvariantError` beyond. */
export function cos(x: number): number {
  if (Math.abs(x) <= QUARTER_PI) return cosKernel(x, 0);
  if (x - x !== 0) return Number.NaN;
  const quadrant = reduceByHalfPi(x);
  const high = pair[0] as number;
  const low = pair[1] as number;
  const magnitude = quadrant === 0 || quadrant === 2 ? cosKernel(high, low) : sinKernel(high, low);
  return quadrant === 0 || quadrant === 3 ? magnitude : -magnitude;
}

const HASHED = [exp, expm1, log, log1p, tanh, erf, erfc, normalCdf, normalPdf, normalQuantile, sin, cos] as const;

/**
 * Hash of `count` results over inputs that follow from `seed`: the same in every engine, or the engines disagree somewhere.
 * Each function gets inputs over the range where its value is not yet constant; `pow` gets pairs.
 */
export function hashMathResults(count: number, seed: number): number {
  let state = seed | 0;
  let hash = 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  for (let index = 0; index < count; index++) {
    const choice = index % (HASHED.length + 1);
    const wide = (uniform() + uniform() / 4_294_967_296 - 0.5) * 60;
    const unit = (wide + 30) / 60;
    const value = hashedResult(choice, wide, unit, uniform());
    hash = Math.imul(hash ^ highWord(value), 0x85ebca6b);
    hash = Math.imul((hash ^ (hash >>> 13)) + lowWord(value), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}

function hashedResult(choice: number, wide: number, unit: number, other: number): number {
  const compute = HASHED[choice];
  if (compute === undefined) return pow(unit * 100, (other - 0.5) * 60);
  if (compute === log) return log(unit * exp(wide));
  if (compute === log1p) return log1p(unit * 100 - 0.999);
  if (compute === normalQuantile) return normalQuantile(unit);
  if (compute === erf || compute === erfc || compute === normalCdf) return compute(wide / 4);
  return compute(wide);
}
