import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ORDER_ROWS } from '../../core/execution/order-machine.ts';
import { SETTLEMENT_ROWS } from '../../core/execution/settlement-machine.ts';
import { LIFECYCLE_PAGE, lifecyclePage } from '../../scripts/lifecycle-page.ts';

describe('lifecyclePage', () => {
  test('behavior: the committed page is of the tables that run', () => {
    // Else: `node scripts/print-lifecycle.ts`.
    expect(readFileSync(LIFECYCLE_PAGE, 'utf8')).toBe(lifecyclePage());
  });

  test('behavior: every row of both tables is on it, with its reason', () => {
    const page = lifecyclePage();
    for (const { event, why } of ORDER_ROWS)
      expect(page).toMatch(new RegExp(`^\\| ${event} \\| .*${escaped(why)} \\|$`, 'm'));
    for (const { word, why } of SETTLEMENT_ROWS)
      expect(page).toMatch(new RegExp(`^\\| ${word} \\| .*${escaped(why)} \\|$`, 'm'));
  });
});

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
