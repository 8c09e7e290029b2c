/**
 * Recorded Chainlink ticks as PolyBolt frames: the spot price as it came, and the 60-second mean that the venue settles by, worked
 * out from the ticks. The mean is ours: Chainlink does not publish how it samples (venue notes of 2026-11-23 §6).
 */
import { formatE18, type PriceE18 } from '../core/model/reference-price.ts';
import { err, ok, type Result } from '../core/model/result.ts';
import { MINUTE_MS, SECOND_MS } from '../core/model/time.ts';
import { createRecordedPricePath, type RecordedTick } from '../core/simulation/recorded-price-path.ts';
import { SETTLEMENT_LOOKBACK_SECONDS } from '../core/simulation/window-probability.ts';
import { parsePolyBoltFrame } from '../core/venue/polybolt.ts';
import type { TapeRecord } from './raw-tape.ts';

const HEADER = 'feed_ts_ms,value,full_accuracy_value,server_ts_ms,recv_ms';

/** Reads the ticks of a CSV, in order of observation; a second that was seen twice counts once. */
export function readChainlinkTicks(text: string): Result<RecordedTick[], string> {
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines[0] !== HEADER) return err(`line 1: the columns are not ${HEADER}`);
  const ticks: RecordedTick[] = [];
  for (const [index, line] of lines.slice(1).entries()) {
    const [observed, , exact, , received] = line.split(',');
    if (!isDigits(observed) || !isDigits(exact) || !isDigits(received)) return err(`line ${index + 2}: not a tick`);
    const observedMs = Number(observed);
    if (observedMs % SECOND_MS !== 0) return err(`line ${index + 2}: not observed at a whole second`);
    ticks.push({ observedMs, priceE18: BigInt(exact), publishedMs: Number(received) });
  }
  ticks.sort((left, right) => left.observedMs - right.observedMs || left.publishedMs - right.publishedMs);
  return ok(ticks.filter((tick, index) => tick.observedMs !== ticks[index - 1]?.observedMs));
}

function isDigits(text: string | undefined): text is string {
  return text !== undefined && /^\d+$/.test(text);
}

/** One spot frame for each tick, and one TWAP frame once a full minute lies behind it. */
export function polyBoltRecords(ticks: readonly RecordedTick[]): TapeRecord[] {
  const first = ticks[0];
  if (first === undefined) return [];
  const path = createRecordedPricePath(ticks, 0);
  const records: TapeRecord[] = [];
  let spotSequence = 0;
  let twapSequence = 0;
  for (const { observedMs, priceE18, publishedMs } of ticks) {
    const spot = frame('price.crypto', ++spotSequence, observedMs, priceE18, {});
    records.push({ source: 'polybolt', channel: 'ws', recvMs: publishedMs, frame: spot });
    if (observedMs < first.observedMs + MINUTE_MS - SECOND_MS) continue;
    const meanE18 = path.twapAt(observedMs, SETTLEMENT_LOOKBACK_SECONDS);
    const settings = { window_seconds: SETTLEMENT_LOOKBACK_SECONDS };
    const twap = frame('price.crypto.twap', ++twapSequence, observedMs, meanE18, settings);
    records.push({ source: 'polybolt', channel: 'ws', recvMs: publishedMs, frame: twap });
  }
  return records;
}

function frame(channel: string, seq: number, observedMs: number, priceE18: PriceE18, settings: object): string {
  const exact = formatE18(priceE18);
  const value = Math.round(Number(exact) * 100) / 100;
  const payload = {
    symbol: 'btcusd',
    ...settings,
    source: 'chainlink',
    value,
    full_accuracy_value: exact,
    timestamp: observedMs,
  };
  return JSON.stringify({ v: 1, channel, seq, ts: observedMs, payload });
}

/** The ticks that a tape's spot frames hold, in order of observation: a path to quote simulated books around. */
export function ticksOfRecords(records: Iterable<TapeRecord>): RecordedTick[] {
  const ticks: RecordedTick[] = [];
  for (const { source, recvMs, frame: text } of records) {
    if (source !== 'polybolt') continue;
    for (const event of parsePolyBoltFrame(text).events) {
      if (event.type !== 'reference-price-received' || event.lookbackSeconds !== 0 || event.snapshot) continue;
      ticks.push({ observedMs: event.tsEvent, priceE18: event.priceE18, publishedMs: recvMs });
    }
  }
  return ticks.sort((left, right) => left.observedMs - right.observedMs);
}
