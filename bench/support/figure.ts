/** One line of the table: what was measured, beside a peer that was measured in the same run. */
export interface Figure {
  readonly what: string;
  readonly value: string;
  /** What should be reached, `null` where nothing is asked for. */
  readonly target: string | null;
  readonly met: boolean | null;
  /** Measured beside it, with the ratio of the two. */
  readonly peer: string;
}

/** A figure without a target. */
export function plainFigure(what: string, value: string, peer = ''): Figure {
  return { what, value, target: null, met: null, peer };
}

/** A table in Markdown. */
export function renderFigures(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, value, target, met, peer }) => [
    what,
    value,
    target ?? '',
    met === null ? '' : met ? 'yes' : '**no**',
    peer,
  ]);
  const head = ['figure', 'measured', 'target', 'reached', 'peer in the same run'];
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? title.length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

const GROUPED = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** Three significant digits, thousands apart. */
export function number(value: number): string {
  return GROUPED.format(value);
}

/** `count` in `ms` milliseconds as a rate. */
export function perSecond(count: number, ms: number): string {
  return `${number((count / ms) * 1_000)}/s`;
}

/** How many times as much, or what part: "3.2 ×". */
export function times(value: number): string {
  return `${number(value)} ×`;
}
