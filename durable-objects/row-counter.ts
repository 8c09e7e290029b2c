/** Rows written to the object's SQLite since its start: what the platform bills, deletions included (RUNTIME §2). */
export interface RowCounter {
  written: number;
}

export function createRowCounter(): RowCounter {
  return { written: 0 };
}
