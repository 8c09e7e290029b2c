/** Facts into D1: one upsert for each, by the fact's own key, so that a fact delivered twice is one row (DESIGN §3.11). */
import type { BatchItem } from 'drizzle-orm/batch';
import { assertNever } from '../core/model/errors.ts';
import type { Fact } from '../core/model/fact.ts';
import { openDatabase } from './database.ts';
import type { FactSink } from './fact-sink.ts';
import { audit, dailyPnl, fills, ledgerEntries, markouts, orders, positions, strategyPnl, windows } from './schema.ts';

type Database = ReturnType<typeof openDatabase>;

/**
 * The sink of one D1 database. `onRowsWritten` is told what D1 counted (a row of an index counts as one), for the budget of
 * RUNTIME §2. Rejects with D1's own error.
 */
export function createD1FactSink(d1: D1Database, onRowsWritten: (rows: number) => void): FactSink {
  const database = openDatabase(d1);
  return {
    async writeBatch(facts) {
      const [first, ...others] = facts.map((fact) => upsert(database, fact));
      if (first === undefined) return;
      const results = await database.batch([first, ...others]);
      onRowsWritten(results.reduce((sum, result) => sum + result.meta.rows_written, 0));
    },
  };
}

type Upsert = BatchItem<'sqlite'> & { readonly _: { readonly result: D1Result } };

function upsert(database: Database, fact: Fact): Upsert {
  switch (fact.kind) {
    case 'order': {
      const { kind: _, ...row } = fact;
      const { series: __, windowStartMs: ___, clientOrderId: ____, ...set } = row;
      return database
        .insert(orders)
        .values(row)
        .onConflictDoUpdate({ target: [orders.series, orders.windowStartMs, orders.clientOrderId], set });
    }
    case 'fill': {
      const { kind: _, ...row } = fact;
      const { series: __, windowStartMs: ___, tradeId: ____, clientOrderId: _____, ...set } = row;
      return database
        .insert(fills)
        .values(row)
        .onConflictDoUpdate({
          target: [fills.series, fills.windowStartMs, fills.tradeId, fills.clientOrderId],
          set,
        });
    }
    case 'position': {
      const { kind: _, ...row } = fact;
      const { series: __, windowStartMs: ___, outcome: ____, ...set } = row;
      return database
        .insert(positions)
        .values(row)
        .onConflictDoUpdate({ target: [positions.series, positions.windowStartMs, positions.outcome], set });
    }
    case 'window': {
      const { kind: _, ...row } = fact;
      const { series: __, windowStartMs: ___, ...set } = row;
      return database
        .insert(windows)
        .values(row)
        .onConflictDoUpdate({ target: [windows.series, windows.windowStartMs], set });
    }
    case 'daily-pnl': {
      const { kind: _, ...row } = fact;
      const { series: __, dayStartMs: ___, ...set } = row;
      return database
        .insert(dailyPnl)
        .values(row)
        .onConflictDoUpdate({ target: [dailyPnl.series, dailyPnl.dayStartMs], set });
    }
    case 'markout': {
      const { kind: _, ...row } = fact;
      const { series: __, windowStartMs: ___, tradeId: ____, clientOrderId: _____, ...set } = row;
      return database
        .insert(markouts)
        .values(row)
        .onConflictDoUpdate({
          target: [markouts.series, markouts.windowStartMs, markouts.tradeId, markouts.clientOrderId],
          set,
        });
    }
    case 'strategy-pnl': {
      const { kind: _, ...row } = fact;
      const { series: __, windowStartMs: ___, ledger: ____, strategy: _____, ...set } = row;
      return database
        .insert(strategyPnl)
        .values(row)
        .onConflictDoUpdate({
          target: [strategyPnl.series, strategyPnl.windowStartMs, strategyPnl.ledger, strategyPnl.strategy],
          set,
        });
    }
    case 'ledger-entry': {
      const { kind: _, ...row } = fact;
      const { series: __, atMs: ___, id: ____, ...set } = row;
      return database
        .insert(ledgerEntries)
        .values(row)
        .onConflictDoUpdate({ target: [ledgerEntries.series, ledgerEntries.atMs, ledgerEntries.id], set });
    }
    case 'audit': {
      const { kind: _, ...row } = fact;
      const { series: __, id: ___, ...set } = row;
      return database
        .insert(audit)
        .values(row)
        .onConflictDoUpdate({ target: [audit.series, audit.id], set });
    }
    default:
      return assertNever(fact, 'fact');
  }
}
