/** Who changed what, written where it was asked for. The first row of an id stands: a command that is sent again changes nothing. */
import type { AuditFact } from '../core/model/fact.ts';
import { openDatabase } from './database.ts';
import { audit } from './schema.ts';

export interface AuditLog {
  /** Rejects when D1 does. */
  record(entry: Omit<AuditFact, 'kind'>): Promise<void>;
}

/** The audit table of one D1 database. */
export function createAuditLog(d1: D1Database): AuditLog {
  const database = openDatabase(d1);
  return {
    async record(entry) {
      await database.insert(audit).values(entry).onConflictDoNothing();
    },
  };
}
