/** A window's final rows: its record and its positions. Made when it closes, and once more when a match is told or taken back later. */
import type { PositionFact, WindowFact } from '../model/fact.ts';
import { formatE18 } from '../model/reference-price.ts';
import { payoutMicro } from '../portfolio/payout.ts';
import type { ClosedWindow, DurableState, WindowState } from './state.ts';

/** The one record of a window that is final. */
export function windowFact(durable: DurableState, { state, verification, closedAtMs }: ClosedWindow): WindowFact {
  const { window, official, positions, resolved, decisions } = state;
  const strike = durable.boundaries[window.startMs];
  const final = durable.boundaries[window.endMs];
  return {
    kind: 'window',
    series: durable.config.series.slug,
    windowStartMs: window.startMs,
    windowEndMs: window.endMs,
    slug: state.slug,
    conditionId: state.market?.conditionId ?? null,
    strike: strike === undefined ? null : formatE18(strike.priceE18),
    final: final === undefined ? null : formatE18(final.priceE18),
    outcome: resolved?.outcome ?? null,
    officialOutcome: official.outcome,
    officialStrike: official.strikeE18 === null ? null : formatE18(official.strikeE18),
    verification,
    tradable: state.guard.tradable,
    decision: wordsOf(decisions),
    orders: state.orders,
    fills: state.fills,
    feesMicro: positions.up.feesMicro + positions.down.feesMicro,
    realizedPnlMicro: resolved?.pnlMicro ?? 0,
    worstFeedAgeMs: state.worstFeed.ageMs,
    worstFeed: state.worstFeed.stream,
    closedAtMs,
  };
}

/** "directional edge-too-small: no quotes; market-maker quoting: quotes up and down". */
function wordsOf(decisions: WindowState['decisions']): string {
  const inOrder = Object.entries(decisions).sort(([a], [b]) => (a < b ? -1 : 1));
  const words = inOrder.map(([strategy, { rule, outcome }]) => `${strategy} ${rule}: ${outcome}`);
  return words.length === 0 ? 'none' : words.join('; ');
}

/** A row for each outcome in which something was bought or sold, be it taken back since. */
export function positionFacts(durable: DurableState, { state }: Pick<ClosedWindow, 'state'>): PositionFact[] {
  const winner = state.resolved?.outcome ?? null;
  const facts: PositionFact[] = [];
  for (const outcome of ['up', 'down'] as const) {
    const position = state.positions[outcome];
    const touched = Object.values(state.matches).some((match) => match.outcome === outcome);
    if (!touched && position.boughtMicro === 0 && position.soldMicro === 0) continue;
    const paidMicro = winner === null ? 0 : payoutMicro(position, winner);
    facts.push({
      kind: 'position',
      series: durable.config.series.slug,
      windowStartMs: state.window.startMs,
      outcome,
      tokenId: state.market?.tokens[outcome] ?? '',
      sizeMicro: position.sizeMicro,
      costMicro: position.costMicro,
      feesMicro: position.feesMicro,
      payoutMicro: paidMicro,
      realizedPnlMicro: position.realizedMicro + paidMicro - position.costMicro,
    });
  }
  return facts;
}
