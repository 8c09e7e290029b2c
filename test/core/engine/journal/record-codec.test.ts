import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../../../core/engine/events.ts';
import { encodeOutputs, type JournalRecord } from '../../../../core/engine/journal/record.ts';
import { decodeRow, forEachRecord } from '../../../../core/engine/journal/record-reader.ts';
import { createRecordWriter } from '../../../../core/engine/journal/record-writer.ts';
import { JOURNAL_FORMAT_VERSION, readRowHeader } from '../../../../core/engine/journal/row-format.ts';
import type { Output } from '../../../../core/engine/outputs.ts';
import { InvariantError } from '../../../../core/model/errors.ts';
import type { ClientOrderId, StrategyId, TokenId } from '../../../../core/model/identifiers.ts';
import { gzipCompression } from '../../../../durable-objects/gzip-compression.ts';
import { eventArbitraries, recordsArbitrary } from '../../../support/arbitraries.ts';
import { assertProperty } from '../../../support/assert-property.ts';

const heartbeat = (seq: number, tsInit = 1_795_405_200_000 + seq): EngineEvent => ({
  type: 'heartbeat-received',
  seq,
  tsEvent: tsInit - 20,
  tsInit,
  source: 'coinbase',
  counter: seq,
});

/** A row as version 1 writes it. Rows like it are stored: this must be read for as long as version 1 is. */
const VERSION_1_ROW = [
  '50454a520100000003000000000000000080444000000000008045400040a9d367207a420000000000000040970000009700',
  '0000998fcdbc882994eae9e7c068140004373737370300b452a0f0f50bb529004d90010000016b023a5b7b22636c69656e74',
  '4f726465724964223a2261222c22726561736f6e223a2272222c2274797065223a2263616e63656c2d6f72646572227d5d00',
  '387b22736571223a34332c2274734576656e74223a312c227473496e6974223a322c2274797065223a2272756e6e65722d6c',
  '696e6b6564227d',
].join('');
const VERSION_1_RECORDS: JournalRecord[] = [
  {
    event: {
      type: 'book-changed',
      seq: 41,
      tsEvent: 1_795_405_200_000,
      tsInit: 1_795_405_200_020,
      tokenId: '7777' as TokenId,
      changes: [0, 5_300, 12_500_000],
      bestBidTicks: 5_300,
      bestAskTicks: null,
    },
    outputs: [],
  },
  {
    event: {
      type: 'timer-fired',
      seq: 42,
      tsEvent: 1_795_405_200_100,
      tsInit: 1_795_405_200_100,
      key: 'k',
      generation: 2,
    },
    outputs: [{ type: 'cancel-order', clientOrderId: 'a' as ClientOrderId, reason: 'r' }],
  },
  // Of the time before runners had names: what is stored stays readable.
  { event: { type: 'runner-linked', seq: 43, tsEvent: 1, tsInit: 2 } as EngineEvent, outputs: [] },
];

function encode(records: readonly JournalRecord[], compress = true): Uint8Array {
  const writer = createRecordWriter();
  for (const { event, outputs } of records) writer.append(event, outputs);
  return writer.finish(compress ? gzipCompression : null);
}

function decode(row: Uint8Array): JournalRecord[] {
  const decoded = decodeRow(row, gzipCompression);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.error));
  return decoded.value;
}

describe('decodeRow', () => {
  test('default: any history comes back exactly', () => {
    assertProperty(
      fc.property(recordsArbitrary, fc.boolean(), (records, compress) => {
        // Not toStrictEqual: it takes a key named "constructor" for the object's class.
        expect(isDeepStrictEqual(decode(encode(records, compress)), records)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test.each(Object.entries(eventArbitraries))('behavior: %s comes back exactly', (_, arbitrary) => {
    assertProperty(
      fc.property(arbitrary as fc.Arbitrary<EngineEvent>, (event) => {
        expect(decode(encode([{ event, outputs: [] }]))).toStrictEqual([{ event, outputs: [] }]);
      }),
    );
  });

  test('behavior: the stored format does not change', () => {
    expect(decode(Uint8Array.from(Buffer.from(VERSION_1_ROW, 'hex')))).toEqual(VERSION_1_RECORDS);
    expect(Buffer.from(encode(VERSION_1_RECORDS, false)).toString('hex')).toBe(VERSION_1_ROW);
  });

  test.each([0.5, Number.NaN, -3, 2 ** 60])('behavior: %d in an integer field comes back all the same', (odd) => {
    const tokenId = '7'.repeat(77) as TokenId;
    const odds: EngineEvent[] = [
      { ...heartbeat(1), tsInit: odd },
      { ...heartbeat(2), tsEvent: odd },
      {
        type: 'book-changed',
        seq: 3,
        tsEvent: 1,
        tsInit: 1,
        tokenId,
        changes: [0, odd, 1],
        bestBidTicks: odd,
        bestAskTicks: null,
      },
      {
        type: 'depth-received',
        seq: 4,
        tsEvent: 1,
        tsInit: 1,
        source: 'coinbase',
        updateId: 1,
        bidsE8: [odd, 1],
        asksE8: [1],
      },
      { type: 'book-touch-received', seq: 5, tsEvent: 1, tsInit: 1, tokenId, bestBidTicks: 1, bestAskTicks: 2 },
      heartbeat(6),
    ];
    const records = odds.map((event) => ({ event, outputs: [] }));
    expect(decode(encode(records))).toStrictEqual(records);
  });

  test('error: a flipped bit anywhere is found', () => {
    const row = encode([...Array(200).keys()].map((index) => ({ event: heartbeat(index + 1), outputs: [] })));
    assertProperty(
      fc.property(fc.nat({ max: row.length - 1 }), fc.nat({ max: 7 }), (at, bit) => {
        const bad = row.slice();
        bad[at] = (bad[at] as number) ^ (1 << bit);
        expect(decodeRow(bad, gzipCompression).ok).toBe(false);
      }),
    );
  });

  test('error: cut off at any place', () => {
    const row = encode([{ event: heartbeat(1), outputs: [] }]);
    for (let length = 0; length < row.length; length++) {
      expect(decodeRow(row.subarray(0, length), gzipCompression)).toMatchObject({
        ok: false,
        error: { kind: 'damaged' },
      });
    }
  });

  test('error: a newer format says so, whatever follows the version', () => {
    const row = encode([{ event: heartbeat(1), outputs: [] }]);
    row[4] = JOURNAL_FORMAT_VERSION + 1;
    row.fill(0xff, 5);
    const version = JOURNAL_FORMAT_VERSION + 1;
    expect(decodeRow(row, gzipCompression)).toEqual({ ok: false, error: { kind: 'newer-format', version } });
  });
});

describe('forEachRecord', () => {
  test('default: visits in order and returns the header', () => {
    const seen: number[] = [];
    const row = encode([4, 5, 9].map((seq) => ({ event: heartbeat(seq), outputs: [] })));
    const read = forEachRecord(row, gzipCompression, (event) => seen.push(event.seq));
    expect(seen).toEqual([4, 5, 9]);
    expect(read).toEqual({
      ok: true,
      value: { firstSeq: 4, lastSeq: 9, firstMs: 1_795_405_200_004, lastMs: 1_795_405_200_009, count: 3, gaps: false },
    });
  });

  test('behavior: what the visitor throws is not swallowed', () => {
    const row = encode([{ event: heartbeat(1), outputs: [] }]);
    const visit = () => {
      throw new InvariantError('bug');
    };
    expect(() => forEachRecord(row, gzipCompression, visit)).toThrow(InvariantError);
  });
});

describe('createRecordWriter', () => {
  test('default: knows its range, count and length', () => {
    const writer = createRecordWriter();
    expect(writer.range).toBeNull();
    writer.append(heartbeat(3), []);
    writer.append(heartbeat(4), []);
    expect(writer.range).toEqual({ firstSeq: 3, lastSeq: 4 });
    expect(writer.count).toBe(2);
    expect(writer.byteLength).toBeGreaterThan(0);
  });

  test('behavior: reset starts over with nothing left', () => {
    const writer = createRecordWriter();
    writer.append(heartbeat(3), [{ type: 'close-window', windowStartMs: 0, verification: 'missing' }]);
    writer.reset();
    writer.append(heartbeat(1), []);
    expect(decode(writer.finish(null))).toEqual([{ event: heartbeat(1), outputs: [] }]);
  });

  test('behavior: skipped seqs are covered and marked', () => {
    const writer = createRecordWriter();
    writer.skip(1, 100);
    writer.append(heartbeat(2), []);
    writer.skip(3, 300);
    const row = writer.finish(null);
    expect(readRowHeader(row)).toMatchObject({
      value: { firstSeq: 1, lastSeq: 3, count: 1, gaps: true, firstMs: 100 },
    });
    expect(decode(row)).toEqual([{ event: heartbeat(2), outputs: [] }]);
  });

  test('behavior: a token id is written once', () => {
    const touch = (seq: number): EngineEvent => ({
      type: 'book-touch-received',
      seq,
      tsEvent: 1_000,
      tsInit: 1_000,
      tokenId: '7'.repeat(77) as TokenId,
      bestBidTicks: 5_300,
      bestAskTicks: 5_400,
    });
    const writer = createRecordWriter();
    writer.append(touch(1), []);
    const first = writer.byteLength;
    writer.append(touch(2), []);
    expect(writer.byteLength - first).toBe(8);
  });

  test('behavior: only payloads beyond 2 kB are compressed', () => {
    const calls: number[] = [];
    const gzip = (bytes: Uint8Array) => {
      calls.push(bytes.length);
      return gzipCompression.gzip(bytes);
    };
    const counting = { ...gzipCompression, gzip };
    const writer = createRecordWriter();
    writer.append(heartbeat(1), []);
    writer.finish(counting);
    expect(calls).toEqual([]);
    for (let seq = 2; seq < 1_000; seq++) writer.append(heartbeat(seq), []);
    expect(writer.finish(counting).length).toBeLessThan(writer.byteLength);
    expect(calls).toEqual([writer.byteLength]);
  });

  test('error: seqs must rise, and the refused record leaves nothing behind', () => {
    const writer = createRecordWriter();
    writer.append(heartbeat(2), []);
    expect(() => writer.append(heartbeat(2), [])).toThrow(InvariantError);
    expect(() => writer.skip(1, 0)).toThrow(InvariantError);
    expect(decode(writer.finish(null))).toEqual([{ event: heartbeat(2), outputs: [] }]);
  });

  test('error: outputs that are no data leave nothing behind', () => {
    const writer = createRecordWriter();
    const broken = { type: 'raise-alert', code: undefined } as unknown as Output;
    expect(() => writer.append(heartbeat(1), [broken])).toThrow(InvariantError);
    writer.append(heartbeat(1), []);
    expect(decode(writer.finish(null))).toEqual([{ event: heartbeat(1), outputs: [] }]);
  });

  test('error: an empty row is not written', () => {
    expect(() => createRecordWriter().finish(null)).toThrow(InvariantError);
  });
});

describe('encodeOutputs', () => {
  test('default: equal decisions have equal texts', () => {
    const output: Output = {
      type: 'record-decision',
      windowStartMs: 1,
      strategy: 'market-maker' as StrategyId,
      outcome: 'none',
      rule: 'stale',
      repeatsOfPrevious: 0,
      inputs: { a: 1, b: null },
    };
    const { inputs, ...rest } = output;
    expect(encodeOutputs([{ inputs: { b: null, a: 1 }, ...rest }])).toBe(encodeOutputs([output]));
  });
});
