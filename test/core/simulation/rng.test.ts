import { describe, expect, test } from 'vitest';
import { createRng, hashPair, hashToNormal, hashToUniform } from '../../../core/simulation/rng.ts';

const DRAWS = 50_000;

function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
}

describe('createRng', () => {
  test('default', () => {
    const [left, right] = [createRng(7), createRng(7)];
    const drawn = Array.from({ length: 100 }, () => left.uint32());
    expect(drawn).toEqual(Array.from({ length: 100 }, () => right.uint32()));
    expect(new Set(drawn).size).toBe(100);
  });

  test('behavior: neighbouring seeds are unrelated', () => {
    const [left, right] = [createRng(1), createRng(2)];
    const products = Array.from({ length: DRAWS }, () => (left.uniform() - 0.5) * (right.uniform() - 0.5) * 12);
    expect(Math.abs(moments(products).mean)).toBeLessThan(0.02);
  });

  test.each([
    { name: 'uniform', mean: 0.5, variance: 1 / 12 },
    { name: 'normal', mean: 0, variance: 1 },
    { name: 'exponential', mean: 1, variance: 1 },
  ] as const)('behavior: $name has its moments', ({ name, mean, variance }) => {
    const rng = createRng(3);
    const found = moments(Array.from({ length: DRAWS }, () => rng[name]()));
    expect(found.mean).toBeCloseTo(mean, 1);
    expect(found.variance / variance).toBeGreaterThan(0.96);
    expect(found.variance / variance).toBeLessThan(1.04);
  });

  test.each([0.3, 4, 45])('args: poisson mean %d', (mean) => {
    const rng = createRng(4);
    const found = moments(Array.from({ length: 10_000 }, () => rng.poisson(mean)));
    expect(Math.abs(found.mean - mean)).toBeLessThan(5 * Math.sqrt(mean / 10_000));
    expect(Math.abs(found.variance / mean - 1)).toBeLessThan(0.1);
  });

  test('behavior: a fork does not depend on what was drawn, nor the parent on its forks', () => {
    const drawn = createRng(9);
    drawn.normal();
    expect(drawn.fork('a').uint32()).toBe(createRng(9).fork('a').uint32());
    expect(createRng(9).fork('a').uint32()).not.toBe(createRng(9).fork('b').uint32());
    const forked = createRng(9);
    forked.fork('a').uint32();
    expect(forked.uint32()).toBe(createRng(9).uint32());
  });
});

describe('hashPair', () => {
  test('behavior: consecutive integers give uniform and normal numbers', () => {
    const hashes = Array.from({ length: DRAWS }, (_, index) => hashPair(5, index));
    const uniform = moments(hashes.map(hashToUniform));
    expect(uniform.mean).toBeCloseTo(0.5, 1);
    expect(uniform.variance * 12).toBeCloseTo(1, 1);
    const normal = moments(hashes.map(hashToNormal));
    expect(Math.abs(normal.mean)).toBeLessThan(0.03);
    expect(normal.variance).toBeCloseTo(1, 1);
  });
});
