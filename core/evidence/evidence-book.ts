/**
 * Evidence kept apart by ledger and strategy: what each has made in its windows since its track was opened. Plain state, changed once a
 * window. Losses of simulated money and of real money are never added up.
 */
import type { EvidenceConfig } from '../config/evidence-config.ts';
import { LEDGER_NAMES, type LedgerName } from '../model/ledger-name.ts';
import { MICRO_PER_UNIT, type MoneyMicro, type SizeMicro } from '../model/money.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { UnixMs } from '../model/time.ts';
import { fixedSizeInterval, type MeanInterval } from './confidence-sequence.ts';
import { createMeanEvidence, isObservation, type MeanEvidence, observe } from './mean-evidence.ts';
import { type Verdict, verdictOn } from './verdict.ts';

/** What one strategy made in one window, once its result is known. */
export interface WindowResult {
  readonly windowStartMs: UnixMs;
  /** Payout and proceeds less cost and fees. Rebates are no part of it. */
  readonly pnlMicro: MoneyMicro;
  /** What was paid, fees included. */
  readonly stakeMicro: MoneyMicro;
  /** Shares that were bought, of both outcomes together; each of them could win or lose 1 pUSD at most. */
  readonly sharesMicro: SizeMicro;
  /**
   * The most shares that could have been bought in the window, known before it: the size of the one order, or orders times size. The nearer
   * to what is traded, the sooner there is a verdict. Where volume has no bound, only the first so many shares are counted.
   */
  readonly capSharesMicro: SizeMicro;
  /** Fills. None: the window says nothing, and is only counted. */
  readonly trades: number;
}

export interface EvidenceTrack {
  /** Windows that began before are no part of it: what is tested was fixed then. */
  readonly sinceMs: UnixMs;
  lastWindowMs: UnixMs | null;
  /** All windows, those without a trade too. */
  windows: number;
  trades: number;
  pnlMicro: MoneyMicro;
  stakeMicro: MoneyMicro;
  sharesMicro: SizeMicro;
  evidence: MeanEvidence;
  /** Why the track proves nothing any more, as one sentence: a window broke the bounds on which every interval rests. */
  voidReason: string | null;
}

/** By ledger, then by strategy. */
export type EvidenceBook = Record<LedgerName, Record<string, EvidenceTrack>>;

/** No track in any ledger. */
export function createEvidenceBook(): EvidenceBook {
  return Object.fromEntries(LEDGER_NAMES.map((ledger) => [ledger, {}])) as EvidenceBook;
}

/** Begins a track anew: a stage of a campaign counts what comes after its start, and nothing from before. */
export function openTrack(book: EvidenceBook, ledger: LedgerName, strategy: string, sinceMs: UnixMs): void {
  book[ledger][strategy] = {
    sinceMs,
    lastWindowMs: null,
    windows: 0,
    trades: 0,
    pnlMicro: 0,
    stakeMicro: 0,
    sharesMicro: 0,
    evidence: createMeanEvidence(),
    voidReason: null,
  };
}

/** The track of a strategy in a ledger; `null`: nothing was noted and none was opened. */
export function trackOf(book: EvidenceBook, ledger: LedgerName, strategy: string): EvidenceTrack | null {
  return Object.hasOwn(book[ledger], strategy) ? (book[ledger][strategy] ?? null) : null;
}

/**
 * Notes a window. One from before the track changes nothing; one that was noted already, or that came out of order, is refused, as is one
 * whose figures cannot be, and that voids the track: its loss must not vanish from the count.
 */
export function noteWindow(
  book: EvidenceBook,
  ledger: LedgerName,
  strategy: string,
  result: WindowResult,
): Result<'noted' | 'before-track', string> {
  if (trackOf(book, ledger, strategy) === null) openTrack(book, ledger, strategy, result.windowStartMs);
  const track = book[ledger][strategy] as EvidenceTrack;
  const { windowStartMs, pnlMicro, stakeMicro, sharesMicro, capSharesMicro, trades } = result;
  if (windowStartMs < track.sinceMs) return ok('before-track');
  if (track.lastWindowMs !== null && windowStartMs <= track.lastWindowMs) {
    return err(`Window ${windowStartMs} of ${strategy} in ${ledger} was noted already, or comes after a later one.`);
  }
  const problem = problemOf(result);
  if (problem !== null) {
    const sentence = `Window ${windowStartMs} of ${strategy} in ${ledger} cannot be evidence: ${problem}. Its track proves nothing until it begins anew.`;
    track.voidReason ??= sentence;
    track.lastWindowMs = windowStartMs;
    track.windows++;
    // The money is lost all the same: a budget must see it, where it is a number at all.
    if (Number.isSafeInteger(pnlMicro)) track.pnlMicro += pnlMicro;
    return err(sentence);
  }
  track.lastWindowMs = windowStartMs;
  track.windows++;
  track.trades += trades;
  track.pnlMicro += pnlMicro;
  track.stakeMicro += stakeMicro;
  track.sharesMicro += sharesMicro;
  if (sharesMicro > 0) observe(track.evidence, pnlMicro / capSharesMicro, sharesMicro / capSharesMicro);
  return ok('noted');
}

function problemOf({ pnlMicro, stakeMicro, sharesMicro, capSharesMicro, trades }: WindowResult): string | null {
  const counts = [stakeMicro, sharesMicro, trades];
  if (!Number.isSafeInteger(pnlMicro) || counts.some((count) => !Number.isSafeInteger(count) || count < 0))
    return 'an amount is no whole number';
  if (!Number.isSafeInteger(capSharesMicro) || capSharesMicro <= 0) return 'it has no bound on its shares';
  if (sharesMicro === 0 && pnlMicro === 0) return null;
  if (sharesMicro > capSharesMicro)
    return `${sharesMicro} millionths of a share were bought where at most ${capSharesMicro} were to be`;
  if (!isObservation(pnlMicro / capSharesMicro, sharesMicro / capSharesMicro))
    return `${sharesMicro} millionths of a share cannot make ${pnlMicro} millionths of a pUSD`;
  return null;
}

/** Undoes part of what a window was noted with: a match that failed after it. `before` is what was noted, `after` what is true. */
export function amendWindow(
  book: EvidenceBook,
  ledger: LedgerName,
  strategy: string,
  before: WindowResult,
  after: WindowResult,
): Result<null, string> {
  const track = trackOf(book, ledger, strategy);
  if (track === null || track.lastWindowMs === null || before.windowStartMs > track.lastWindowMs) {
    return err(`Window ${before.windowStartMs} of ${strategy} in ${ledger} was not noted, so it cannot be amended.`);
  }
  if (before.windowStartMs < track.sinceMs) return ok(null);
  const problem = problemOf(after);
  if (problem !== null) {
    track.voidReason ??= `Window ${after.windowStartMs} of ${strategy} in ${ledger} cannot be evidence: ${problem}.`;
    return err(track.voidReason);
  }
  track.trades += after.trades - before.trades;
  track.pnlMicro += after.pnlMicro - before.pnlMicro;
  track.stakeMicro += after.stakeMicro - before.stakeMicro;
  track.sharesMicro += after.sharesMicro - before.sharesMicro;
  add(track.evidence, before, -1);
  add(track.evidence, after, 1);
  return ok(null);
}

function add(evidence: MeanEvidence, { pnlMicro, sharesMicro, capSharesMicro }: WindowResult, sign: 1 | -1): void {
  if (sharesMicro === 0) return;
  const x = pnlMicro / capSharesMicro;
  const w = sharesMicro / capSharesMicro;
  evidence.count += sign;
  evidence.sumX += sign * x;
  evidence.sumW += sign * w;
  evidence.sumXX += sign * x * x;
  evidence.sumXW += sign * x * w;
  evidence.sumWW += sign * w * w;
}

/** What a track allows to be said, beside its sums. */
export interface TrackVerdict extends Verdict {
  readonly sinceMs: UnixMs | null;
  readonly allWindows: number;
  readonly trades: number;
  readonly pnlMicro: MoneyMicro;
  readonly stakeMicro: MoneyMicro;
  readonly sharesMicro: SizeMicro;
  /** The textbook interval, for whoever looks once only: a sanity check beside the other. */
  readonly fixedSize: MeanInterval | null;
}

/** The verdict on a strategy in a ledger, at this moment. */
export function verdictOf(
  book: EvidenceBook,
  ledger: LedgerName,
  strategy: string,
  config: EvidenceConfig,
): TrackVerdict {
  const track = trackOf(book, ledger, strategy);
  const evidence = track?.evidence ?? createMeanEvidence();
  const verdict = verdictOn(evidence, config);
  const sums = {
    sinceMs: track?.sinceMs ?? null,
    allWindows: track?.windows ?? 0,
    trades: track?.trades ?? 0,
    pnlMicro: track?.pnlMicro ?? 0,
    stakeMicro: track?.stakeMicro ?? 0,
    sharesMicro: track?.sharesMicro ?? 0,
    fixedSize: fixedSizeInterval(evidence, config.errorRatePpm / MICRO_PER_UNIT),
  };
  const voidReason = track?.voidReason ?? null;
  if (voidReason === null) return { ...verdict, ...sums };
  const sentence = `Insufficient data: ${voidReason}`;
  return { ...verdict, ...sums, verdict: 'insufficient-data', lower: -1, upper: 1, windowsNeeded: null, sentence };
}
