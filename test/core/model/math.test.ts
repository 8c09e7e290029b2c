/**
 * The functions of `math.ts` against the engine's own `Math` (which is within 1 ulp of the truth, but not the same everywhere) and
 * against values computed with 200 bits (mpmath 1.3).
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as math from '../../../core/model/math.ts';

/** Pinned with Node 22; the test in workerd compares with the same number. */
const HASH_OF_A_MILLION = 1_244_242_581;

const view = new DataView(new ArrayBuffer(8));

/** Place of a double in the order of all doubles. */
function ordinal(x: number): bigint {
  view.setFloat64(0, x);
  const bits = view.getBigInt64(0);
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
}

/** How many doubles apart two results are; 0 for NaN and NaN. */
function ulpsApart(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : Number.POSITIVE_INFINITY;
  const difference = ordinal(a) - ordinal(b);
  return Number(difference < 0n ? -difference : difference);
}

const double = fc.double();
const within = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const SPECIAL = [0, -0, 1, -1, 0.5, -0.5, 2, -2, 3, 1e-300, 5e-324, 1e300, 2 ** 53, Infinity, -Infinity, NaN];

const UNARY = [
  ['exp', math.exp, Math.exp, within(-760, 720), 1],
  ['expm1', math.expm1, Math.expm1, within(-60, 720), 2],
  ['log', math.log, Math.log, double, 1],
  ['log1p', math.log1p, Math.log1p, double, 2],
  ['tanh', math.tanh, Math.tanh, within(-30, 30), 2],
  ['sin', math.sin, Math.sin, within(-1e6, 1e6), 2],
  ['cos', math.cos, Math.cos, within(-1e6, 1e6), 2],
] as const;

describe.each(UNARY)('%s', (_name, ours, theirs, argument, limit) => {
  test('default', () => {
    const steps = Array.from({ length: 20_001 }, (_, index) => (index - 10_000) / 1_000);
    expect(Math.max(...steps.map((x) => ulpsApart(ours(x), theirs(x))))).toBeLessThanOrEqual(limit);
  });

  test('behavior: close to Math everywhere', () => {
    fc.assert(
      fc.property(argument, (x) => ulpsApart(ours(x), theirs(x)) <= limit),
      { numRuns: 5_000 },
    );
  });

  test('args: tiny numbers', () => {
    fc.assert(fc.property(within(-1e-5, 1e-5), (x) => ulpsApart(ours(x), theirs(x)) <= limit));
  });

  test('args: zeros, infinities and NaN as Math has them', () => {
    for (const x of SPECIAL) {
      const trigonometric = ours === math.sin || ours === math.cos;
      if (trigonometric && Number.isFinite(x) && Math.abs(x) > math.MAX_TRIG_ARGUMENT) continue;
      expect(ulpsApart(ours(x), theirs(x)), `${x}`).toBeLessThanOrEqual(limit);
      expect(Object.is(ours(x), -0), `sign of zero at ${x}`).toBe(Object.is(theirs(x), -0));
    }
  });
});

describe('exp', () => {
  test('behavior: subnormal results are rounded once', () => {
    for (let x = -745.2; x < -708; x += 0.01) expect(ulpsApart(math.exp(x), Math.exp(x))).toBeLessThanOrEqual(1);
  });
});

describe('pow', () => {
  test('default', () => {
    expect(math.pow(2, 10)).toBe(1024);
    expect(math.pow(10, -3)).toBe(0.001);
    expect(math.pow(2, 0.5)).toBe(Math.sqrt(2));
  });

  test('behavior: close to Math.pow', () => {
    const property = fc.property(
      within(1e-10, 1e10),
      within(-30, 30),
      (x, y) => ulpsApart(math.pow(x, y), x ** y) <= 1,
    );
    fc.assert(property, { numRuns: 5_000 });
  });

  test('behavior: close to Math.pow for bases near 1 and huge exponents', () => {
    const property = fc.property(within(-1e-9, 1e-9), within(-1e11, 1e11), (d, y) => {
      return ulpsApart(math.pow(1 + d, y), (1 + d) ** y) <= 1;
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  test('args: any doubles', () => {
    fc.assert(
      fc.property(double, double, (x, y) => ulpsApart(math.pow(x, y), x ** y) <= 1),
      { numRuns: 5_000 },
    );
  });

  test('args: zeros, infinities, NaN, negative bases', () => {
    for (const x of SPECIAL) {
      for (const y of [...SPECIAL, 2.5, -3, 1e10]) {
        expect(ulpsApart(math.pow(x, y), x ** y), `${x} ** ${y}`).toBeLessThanOrEqual(1);
        expect(Object.is(math.pow(x, y), -0), `sign of ${x} ** ${y}`).toBe(Object.is(x ** y, -0));
      }
    }
  });
});

describe('erf', () => {
  test.each([
    [0.0, 0.0],
    [1e-10, 1.1283791670955126e-10],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [0.84375, 0.7672256612323416],
    [1.0, 0.8427007929497149],
    [1.24, 0.9205051842990297],
    [1.25, 0.9229001282564583],
    [2.0, 0.9953222650189527],
    [3.5, 0.9999992569016276],
    [5.9, 0.9999999999999999],
    [-0.3, -0.3286267594591274],
    [-1.1, -0.8802050695740817],
    [-2.5, -0.999593047982555],
  ])('default: %d', (x, expected) => {
    expect(ulpsApart(math.erf(x), expected)).toBeLessThanOrEqual(1);
  });

  test('args: infinities and NaN', () => {
    expect([math.erf(Infinity), math.erf(-Infinity), math.erf(NaN), math.erf(-0)]).toEqual([1, -1, NaN, -0]);
  });
});

describe('erfc', () => {
  test.each([
    [0.0, 1.0],
    [0.1, 0.887537083981715],
    [0.5, 0.4795001221869535],
    [0.9, 0.20309178757716786],
    [1.2, 0.08968602177036464],
    [1.25, 0.07709987174354177],
    [2.0, 0.004677734981047266],
    [2.9, 4.109787809945886e-5],
    [5.0, 1.537459794428035e-12],
    [10.0, 2.088487583762545e-45],
    [20.0, 5.395865611607901e-176],
    [26.0, 5.663192408856143e-296],
    [-0.3, 1.3286267594591274],
    [-1.0, 1.8427007929497148],
    [-2.0, 1.9953222650189528],
    [-5.0, 1.9999999999984626],
  ])('default: %d', (x, expected) => {
    expect(ulpsApart(math.erfc(x), expected)).toBeLessThanOrEqual(3);
  });

  test('behavior: erf and erfc make 1', () => {
    fc.assert(fc.property(within(-6, 6), (x) => Math.abs(math.erf(x) + math.erfc(x) - 1) <= 4.5e-16));
  });

  test('args: infinities and NaN', () => {
    expect([math.erfc(Infinity), math.erfc(-Infinity), math.erfc(NaN)]).toEqual([0, 2, NaN]);
  });
});

describe('normalCdf', () => {
  test.each([
    [-37.0, 5.725571222524577e-300],
    [-20.0, 2.7536241186062337e-89],
    [-8.0, 6.220960574271784e-16],
    [-5.7, 5.990371401063528e-9],
    [-5.0, 2.866515718791939e-7],
    [-3.0, 0.0013498980316300946],
    [-1.0, 0.15865525393145705],
    [-0.5, 0.3085375387259869],
    [-0.1, 0.460172162722971],
    [0.0, 0.5],
    [0.1, 0.539827837277029],
    [0.5, 0.6914624612740131],
    [1.0, 0.8413447460685429],
    [1.96, 0.9750021048517795],
    [3.0, 0.9986501019683699],
    [5.0, 0.9999997133484281],
  ])('default: %d', (x, expected) => {
    expect(Math.abs(math.normalCdf(x) / expected - 1)).toBeLessThan(2e-15);
  });

  test('behavior: rises, and both tails make 1', () => {
    fc.assert(
      fc.property(within(-38, 38), within(1e-6, 1), (x, step) => {
        expect(math.normalCdf(x + step)).toBeGreaterThanOrEqual(math.normalCdf(x));
        expect(Math.abs(math.normalCdf(x) + math.normalCdf(-x) - 1)).toBeLessThanOrEqual(2.3e-16);
      }),
    );
  });

  test('args: infinities and NaN', () => {
    expect([math.normalCdf(Infinity), math.normalCdf(-Infinity), math.normalCdf(NaN)]).toEqual([1, 0, NaN]);
  });
});

describe('normalPdf', () => {
  test.each([
    [0.0, 0.3989422804014327],
    [0.1, 0.39695254747701175],
    [0.5, 0.35206532676429947],
    [1.0, 0.24197072451914334],
    [2.0, 0.05399096651318805],
    [3.3, 0.0017225689390536812],
    [7.7, 5.3241483722529524e-14],
    [15.3, 5.87370906627729e-52],
    [30.1, 7.300259384280611e-198],
  ])('default: %d', (x, expected) => {
    expect(Math.abs(math.normalPdf(x) / expected - 1)).toBeLessThan(1e-15);
    expect(math.normalPdf(-x)).toBe(math.normalPdf(x));
  });

  test('args: infinities and NaN', () => {
    expect([math.normalPdf(Infinity), math.normalPdf(-Infinity), math.normalPdf(NaN)]).toEqual([0, 0, NaN]);
  });
});

describe('normalQuantile', () => {
  test.each([
    [1e-300, -37.0470962993612],
    [1e-100, -21.273453560965326],
    [1e-20, -9.262340089798407],
    [1e-9, -5.9978070150076865],
    [0.001, -3.0902323061678136],
    [0.02425, -1.972961051311885],
    [0.05, -1.6448536269514726],
    [0.3, -0.5244005127080408],
    [0.5, 0.0],
    [0.7, 0.5244005127080407],
    [0.9, 1.2815515655446006],
    [0.975, 1.9599639845400538],
    [0.999, 3.090232306167813],
    [0.999999, 4.753424308817087],
  ])('default: %d', (p, expected) => {
    expect(Math.abs(math.normalQuantile(p) - expected)).toBeLessThanOrEqual(2e-15 * Math.abs(expected));
  });

  test('behavior: the inverse of normalCdf', () => {
    fc.assert(
      fc.property(within(-35, 0), (x) => Math.abs(math.normalQuantile(math.normalCdf(x)) - x) <= 1e-14 * (1 - x)),
    );
  });

  test('args: the ends, and what is no probability', () => {
    expect([0, 1, -0.1, 1.1, NaN].map(math.normalQuantile)).toEqual([-Infinity, Infinity, NaN, NaN, NaN]);
  });
});

describe.each([
  ['sin', math.sin],
  ['cos', math.cos],
] as const)('%s', (_name, compute) => {
  test('error: beyond a million', () => {
    expect(() => compute(1_000_001)).toThrow('up to a million');
    expect(() => compute(-1e300)).toThrow('up to a million');
  });
});

describe('hashMathResults', () => {
  test('default: the value that every engine has to give', () => {
    expect(math.hashMathResults(1_000_000, 1)).toBe(HASH_OF_A_MILLION);
  });

  test('behavior: seed and count change it', () => {
    expect(math.hashMathResults(1_000, 1)).not.toBe(math.hashMathResults(1_000, 2));
    expect(math.hashMathResults(1_000, 1)).not.toBe(math.hashMathResults(1_001, 1));
  });
});
