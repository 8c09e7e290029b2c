/**
 * How fast records are packed into rows and read back: `node bench/journal-codec.ts`. Prints medians in records per second and
 * bytes per record. Rows of 10,000 records of one kind, without compression.
 */
import type { EngineEvent } from '../core/engine/events.ts';
import { forEachRecord } from '../core/engine/journal/record-reader.ts';
import { createRecordWriter } from '../core/engine/journal/record-writer.ts';
import type { TokenId } from '../core/model/identifiers.ts';
import { gzipCompression } from '../durable-objects/gzip-compression.ts';

const RECORDS = 10_000;
const ROUNDS = 41;
const START_MS = 1_795_405_200_000;
const TOKENS = ['7'.repeat(77), '8'.repeat(77)] as TokenId[];

/** Numbers that look drawn: fixed, so that every run measures the same. */
function wobble(index: number, range: number): number {
  return (index * 7_919) % range;
}

function header(index: number) {
  return { seq: index + 1, tsEvent: START_MS + index * 9 - wobble(index, 80), tsInit: START_MS + index * 9 };
}

function levels(index: number, sign: 1 | -1): number[] {
  const flat: number[] = [];
  for (let level = 0; level < 20; level++) {
    flat.push(
      8_450_000_000_000 + sign * (wobble(index, 500) + level) * 10_000_000,
      wobble(index + level, 9_000) * 100_000,
    );
  }
  return flat;
}

const KINDS: Readonly<Record<string, (index: number) => EngineEvent>> = {
  'trade-received': (index) => ({
    type: 'trade-received',
    ...header(index),
    source: 'binance-futures',
    tradeId: 2_900_000_000 + index,
    aggregated: true,
    priceE8: 8_450_000_000_000 + wobble(index, 900) * 10_000_000,
    quantityE8: wobble(index, 5_000) * 100_000,
    aggressor: index % 3 === 0 ? 'buy' : 'sell',
  }),
  'book-changed': (index) => ({
    type: 'book-changed',
    ...header(index),
    tokenId: TOKENS[index % 2] as TokenId,
    changes: [index % 2, 5_000 + wobble(index, 40) * 100, wobble(index, 4_000) * 10_000],
    bestBidTicks: 5_300,
    bestAskTicks: 5_400,
  }),
  'reference-price-received': (index) => ({
    type: 'reference-price-received',
    ...header(index),
    source: 'polybolt',
    provider: 'chainlink',
    symbol: 'btcusd',
    lookbackSeconds: 60,
    priceE18: 84_501_203_450_000_000_000_000n + BigInt(index) * 1_234_567_891_011n,
    snapshot: false,
  }),
  'depth-received': (index) => ({
    type: 'depth-received',
    ...header(index),
    source: 'binance-futures',
    updateId: 9_000_000_000_000 + index * 37,
    bidsE8: levels(index, -1),
    asksE8: levels(index, 1),
  }),
};

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

function perSecond(run: () => void): number {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const from = process.hrtime.bigint();
    run();
    rounds.push(Number(process.hrtime.bigint() - from));
  }
  return Math.round((RECORDS * 1e9) / median(rounds));
}

for (const [kind, make] of Object.entries(KINDS)) {
  const events = Array.from({ length: RECORDS }, (_, index) => make(index));
  const writer = createRecordWriter();
  const encode = () => {
    writer.reset();
    for (const event of events) writer.append(event, []);
    return writer.finish(null);
  };
  const row = encode();
  let read = 0;
  const decoding = () => {
    const result = forEachRecord(row, gzipCompression, () => read++);
    if (!result.ok) throw new Error(JSON.stringify(result.error));
  };
  const figures = {
    encodePerSecond: perSecond(encode),
    decodePerSecond: perSecond(decoding),
    bytes: row.length / RECORDS,
    bytesGzip: writer.finish(gzipCompression).length / RECORDS,
  };
  console.log(kind.padEnd(26), JSON.stringify(figures));
}
