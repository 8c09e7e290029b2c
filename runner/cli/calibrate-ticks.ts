/** Recorded prices of the settlement source from a CSV file, plain or compressed: one observation a line, under a line of names. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { RecordedPrice } from '../../core/evidence/pricing-replay.ts';
import { CliProblem, messageOf } from './cli-problem.ts';

/** Columns that are read: the observation's time, its price in USD, and when it was received. */
const OBSERVED = 'feed_ts_ms';
const PRICE = 'value';
const RECEIVED = 'recv_ms';

const WHOLE = /^\d{1,15}$/;
const DECIMAL = /^\d{1,12}(\.\d+)?$/;
/** Bytes that every gzip file begins with. */
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** Reads the file. With `asReceived` a price is known from its receipt on, else from its observation. Throws `CliProblem`. */
export function readTicks(path: string, asReceived: boolean): RecordedPrice[] {
  const lines = readText(path).split('\n');
  const names = (lines[0] ?? '').trim().split(',');
  const columnOf = (name: string): number => {
    const column = names.indexOf(name);
    if (column >= 0) return column;
    throw new CliProblem(
      `${path}: its first line does not name the column ${name}. Give a CSV file with ${OBSERVED},${PRICE}.`,
    );
  };
  const observed = columnOf(OBSERVED);
  const price = columnOf(PRICE);
  const known = asReceived ? columnOf(RECEIVED) : observed;
  const prices: RecordedPrice[] = [];
  for (let index = 1; index < lines.length; index++) {
    const line = (lines[index] as string).trim();
    if (line === '') continue;
    const fields = line.split(',');
    const read = (column: number, form: RegExp, name: string): number => {
      const text = fields[column] ?? '';
      if (form.test(text)) return Number(text);
      throw new CliProblem(
        `${path}, line ${index + 1}: ${name} is ${JSON.stringify(text.slice(0, 40))}, which is no number.`,
      );
    };
    const usd = read(price, DECIMAL, PRICE);
    if (usd === 0) throw new CliProblem(`${path}, line ${index + 1}: a price of 0 is none.`);
    prices.push({
      observedMs: read(observed, WHOLE, OBSERVED),
      knownMs: read(known, WHOLE, asReceived ? RECEIVED : OBSERVED),
      usd,
    });
  }
  if (prices.length === 0) throw new CliProblem(`${path} holds no prices.`);
  return prices;
}

function readText(path: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new CliProblem(`${path} cannot be read (${messageOf(cause)}).`, { cause });
  }
  const isCompressed = bytes[0] === GZIP_MAGIC[0] && bytes[1] === GZIP_MAGIC[1];
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(isCompressed ? gunzipSync(bytes) : bytes);
  } catch (cause) {
    throw new CliProblem(`${path} is neither text nor text compressed by gzip (${messageOf(cause)}).`, { cause });
  }
}
