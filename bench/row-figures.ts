/** Rows that a series writes, against the budget of RUNTIME §2: by counter, over whole windows. */
import type { GeneratedHistory } from './histories/generated-history.ts';
import { type Figure, number } from './support/figure.ts';

const SQLITE_A_SECOND = 6;
const D1_A_SECOND = 1;

export function rowFigures({ label, spanMs, sqliteRows, d1Rows }: GeneratedHistory): Figure[] {
  return [
    rowFigure(`SQLite rows written over ${label}`, (sqliteRows / spanMs) * 1_000, SQLITE_A_SECOND),
    rowFigure(`D1 rows written over ${label}`, (d1Rows / spanMs) * 1_000, D1_A_SECOND),
  ];
}

function rowFigure(what: string, rate: number, target: number): Figure {
  return { what, value: `${number(rate)}/s`, target: `≤ ${target}/s`, met: rate <= target, peer: '' };
}
