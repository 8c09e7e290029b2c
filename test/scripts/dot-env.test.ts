import { describe, expect, test } from 'vitest';
import { parseDotEnv } from '../../scripts/run/dot-env.ts';

const valuesOf = (text: string): Record<string, string> => {
  const parsed = parseDotEnv(text, '.env');
  if (!parsed.ok) throw new Error(parsed.error);
  return Object.fromEntries([...parsed.value].map(([name, { value }]) => [name, value]));
};

describe('parseDotEnv', () => {
  test('default', () => {
    expect(valuesOf('# a comment\n\nMODE=demo\nSIM_SPEED = 10\r\nexport SEED=7\n')).toEqual({
      MODE: 'demo',
      SIM_SPEED: '10',
      SEED: '7',
    });
  });

  test.each([
    ['A="x # y"', 'x # y'],
    ["A='x' # why", 'x'],
    ['A=x # why', 'x'],
    ['A=x#y', 'x#y'],
    ['A=', ''],
    ['A= # nothing', ''],
    ['A=a=b', 'a=b'],
  ])('behavior: %s', (text, value) => {
    expect(valuesOf(text)).toEqual({ A: value });
  });

  test.each([
    ['MODE demo', '.env line 1 is not of the form NAME=value: write it so.'],
    ['\nMODE="demo', '.env line 2 has a quote that is not closed: close it.'],
    ['A=1\nA=2', '.env line 2 sets A again, after line 1: keep one of them.'],
  ])('error: %j', (text, error) => {
    expect(parseDotEnv(text, '.env')).toEqual({ ok: false, error });
  });
});
