import { describe, expect, test } from 'vitest';
import type { JournalRecord } from '../../core/engine/journal/record.ts';
import type { Output } from '../../core/engine/outputs.ts';
import type { MarketSlug } from '../../core/model/identifiers.ts';
import { createAlertLog } from '../../durable-objects/alert-log.ts';
import { performEffects } from '../../durable-objects/effects.ts';
import { aMarket } from '../support/builders.ts';
import { runnerLinked } from '../support/durable-stores.ts';
import { createMemoryLog } from '../support/node-ports.ts';

const { slug, tokens } = aMarket();
const tokenIds = [tokens.up, tokens.down] as const;
const record = (seq: number, ...outputs: Output[]): JournalRecord => ({ event: runnerLinked(seq, 100 + seq), outputs });

/** Performs records and says what was done, in order. */
function perform(...records: JournalRecord[]) {
  const done: string[] = [];
  const log = createMemoryLog();
  const alerts = createAlertLog(log);
  performEffects(records, {
    alerts,
    subscribe: () => void done.push('subscribe'),
    requestMarkets: (slugs) => void done.push(`request ${slugs.join(' ')}`),
    onWindowClosed: () => void done.push('closed'),
  });
  return { done, alerts: alerts.newest(), lines: log.lines };
}

describe('performEffects', () => {
  test('default: requests in their order', () => {
    const requests = ['a-1000000000', 'b-1000000000'].map(
      (text): Output => ({ type: 'request-markets', slugs: [text as MarketSlug] }),
    );
    expect(perform(...requests.map((output, index) => record(index, output))).done).toEqual([
      'request a-1000000000',
      'request b-1000000000',
    ]);
  });

  test('behavior: subscriptions are set once, whatever changed in them', () => {
    const { done } = perform(
      record(1, { type: 'subscribe-market', slug, tokenIds }, { type: 'unsubscribe-market', slug, tokenIds }),
      record(2, { type: 'subscribe-market', slug, tokenIds }),
    );
    expect(done).toEqual(['subscribe']);
  });

  test('behavior: closed windows are told once', () => {
    const close: Output = { type: 'close-window', windowStartMs: 1, verification: 'confirmed' };
    expect(perform(record(1, close), record(2, close)).done).toEqual(['closed']);
  });

  test.each([
    ['critical', 'error'],
    ['warning', 'warn'],
    ['info', 'info'],
  ] as const)('behavior: a %s alert is kept with its seq and time, and logged as %s', (severity, level) => {
    const { alerts, lines } = perform(record(7, { type: 'raise-alert', code: 'c', severity, detail: 'd' }));
    expect(alerts).toEqual([{ seq: 7, atMs: 107, code: 'c', severity, detail: 'd' }]);
    expect(lines).toMatchObject([{ level, message: 'c' }]);
  });

  test('behavior: what is none of its business it leaves alone', () => {
    const { done, alerts } = perform(record(1, { type: 'schedule-timer', key: 'k', dueMs: 1, generation: 1 }));
    expect([done, alerts]).toEqual([[], []]);
  });
});
