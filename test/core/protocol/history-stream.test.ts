import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createHistoryDecoder,
  encodeHistoryFrame,
  type HistoryFrame,
  historyMagic,
} from '../../../core/protocol/history-stream.ts';

const snapshot: HistoryFrame = {
  type: 'snapshot',
  seq: 10,
  stateVersion: 2,
  createdMs: 1_795_452_000_000,
  buildId: 'build-ä',
  bytes: new Uint8Array([1, 2, 3]).buffer,
};
const row = (seq: number, ...bytes: number[]): HistoryFrame => ({
  type: 'row',
  seq,
  bytes: new Uint8Array(bytes).buffer,
});
const end = (rows: number): HistoryFrame => ({ type: 'end', rows });

function streamOf(...frames: readonly HistoryFrame[]): Uint8Array {
  return new Uint8Array([historyMagic(), ...frames.map(encodeHistoryFrame)].flatMap((part) => [...part]));
}

/** Pushes the stream in pieces of `size` bytes and gives all frames, or the first error. */
function decode(bytes: Uint8Array, size = bytes.length) {
  const decoder = createHistoryDecoder();
  const frames: HistoryFrame[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const pushed = decoder.push(bytes.subarray(at, at + size));
    if (!pushed.ok) return { error: pushed.error, frames };
    frames.push(...pushed.value);
  }
  const finished = decoder.finish();
  return finished.ok ? { frames, rows: finished.value.rows } : { error: finished.error, frames };
}

describe('createHistoryDecoder', () => {
  test('default', () => {
    const frames = [snapshot, row(11, 4), row(15), end(2)];
    expect(decode(streamOf(...frames))).toEqual({ frames, rows: 2 });
  });

  test('behavior: however the bytes are cut', () => {
    const frames = [snapshot, row(11, 4, 5, 6), row(12, ...new Array<number>(300).fill(7)), end(2)];
    const bytes = streamOf(...frames);
    for (let size = 1; size <= 40; size++) expect(decode(bytes, size)).toEqual({ frames, rows: 2 });
  });

  test('behavior: what is encoded is decoded', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => array.slice().buffer as ArrayBuffer);
    const steps = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 1e9 }), bytes }), { maxLength: 20 });
    fc.assert(
      fc.property(steps, fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 50 }), (rows, buildId, size) => {
        let seq = 10;
        const frames: HistoryFrame[] = [{ ...snapshot, buildId }];
        for (const { gap, bytes } of rows) {
          seq += gap;
          frames.push({ type: 'row', seq, bytes });
        }
        frames.push(end(rows.length));
        expect(decode(streamOf(...frames), size)).toEqual({ frames, rows: rows.length });
      }),
    );
  });

  test('error: any one changed byte is found', () => {
    const bytes = streamOf(snapshot, row(11, 4), end(1));
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      expect(decode(damaged)).toHaveProperty('error');
    }
  });

  test('error: a stream that was cut anywhere', () => {
    const bytes = streamOf(snapshot, row(11, 4), end(1));
    for (let length = 0; length < bytes.length; length++) {
      expect(decode(bytes.subarray(0, length))).toMatchObject({ error: 'cut-off' });
    }
  });

  test.each([
    ['rows-missing', [row(1), end(2)]],
    ['out-of-order', [row(2), row(2), end(2)]],
    ['out-of-order', [row(2), row(1), end(2)]],
    ['out-of-order', [row(9), snapshot, end(1)]],
    ['out-of-order', [snapshot, row(10), end(1)]],
    ['data-after-end', [end(0), row(1)]],
  ] as const)('error: %s', (error, frames) => {
    expect(decode(streamOf(...frames))).toMatchObject({ error });
  });

  test('error: not-a-history-stream', () => {
    expect(decode(new Uint8Array([0x50, 0x45, 0x48, 0x32, 0, 0]))).toMatchObject({ error: 'not-a-history-stream' });
  });

  test('error: the first error stays', () => {
    const decoder = createHistoryDecoder();
    decoder.push(new Uint8Array([1, 2, 3, 4]));
    expect(decoder.push(streamOf(end(0)))).toEqual({ ok: false, error: 'not-a-history-stream' });
    expect(decoder.finish()).toEqual({ ok: false, error: 'not-a-history-stream' });
  });
});

describe('encodeHistoryFrame', () => {
  test('error: a number that no frame carries is a bug', () => {
    expect(() => encodeHistoryFrame(row(-1))).toThrow('whole, non-negative');
    expect(() => encodeHistoryFrame(end(0.5))).toThrow('whole, non-negative');
  });
});
