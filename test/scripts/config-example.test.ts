import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { humanName } from '../../core/config/human-units.ts';
import { DEFAULT_SECTIONS, SECTION_NAMES } from '../../core/config/sections.ts';
import { readStrategyDocument } from '../../core/config/strategy-document.ts';
import { parseStrategyToml } from '../../runner/strategy-file.ts';
import { exampleFile } from '../../scripts/config/example-file.ts';
import { createFieldReasons } from '../../scripts/config/field-reasons.ts';

const ROOT = join(import.meta.dirname, '../..');
const text = readFileSync(join(ROOT, 'poly-edge.example.toml'), 'utf8');
const parsed = parseStrategyToml(text, 'poly-edge.example.toml');
const document = (parsed.ok ? parsed.value : {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;

describe('poly-edge.example.toml', () => {
  test('default: it is the defaults, every one of them', () => {
    expect(parsed.ok).toBe(true);
    expect(readStrategyDocument(document)).toEqual({ ok: true, value: DEFAULT_SECTIONS });
    const ofEnvironment = ['bankroll_pusd', 'acknowledged_taker_delay_seconds'];
    for (const name of SECTION_NAMES) {
      const wanted = Object.keys(DEFAULT_SECTIONS[name]).map(humanName);
      const given = Object.keys(document[humanName(name)] ?? {});
      expect(given.toSorted()).toEqual(wanted.filter((field) => !ofEnvironment.includes(field)).toSorted());
    }
  });

  test('behavior: it is what the defaults and their reasons make: `node scripts/config/example.ts` writes it', () => {
    expect(text).toBe(exampleFile(ROOT));
  });

  test('behavior: every setting of risk and guards states its reason', () => {
    const reasonOf = createFieldReasons(ROOT);
    for (const name of ['risk', 'staleness', 'guard', 'flatten'] as const) {
      for (const field of Object.keys(DEFAULT_SECTIONS[name])) {
        expect(reasonOf(`${name}.${field}`), `${name}.${field}`).toMatch(/\w{3}/);
      }
    }
  });
});

describe('parseStrategyToml', () => {
  test.each([
    ['a line that is none', '[risk]\nmax_order_percent 1\n', /^f\.toml line 2, column \d+: /],
    ['a field twice', '[risk]\na = 1\na = 2\n', /^f\.toml line 3/],
    ['a text that does not end', 'a = "x\n', /^f\.toml line 1/],
  ])('error: %s is told with its line', (_, toml, sentence) => {
    const result = parseStrategyToml(toml, 'f.toml');
    expect(result.ok ? '' : result.error).toMatch(sentence);
  });
});
