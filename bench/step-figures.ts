/** How fast the engine steps over decoded events, decisions included, beside a loop that only looks at them. */
import { step } from '../core/engine/engine.ts';
import { genesisState } from '../core/engine/replay.ts';
import { auditHistory, type History, recordsOf } from './histories/history.ts';
import { type Figure, number, perSecond, times } from './support/figure.ts';
import { medianMs } from './support/measure.ts';

const TARGET_PER_SECOND = 500_000;
const ROUNDS = 11;

/** `isTarget`: the figure is the one that has to be reached. */
export function stepFigures(history: History, isTarget: boolean): Figure[] {
  const records = recordsOf(history);
  const events = records.map(({ event }) => event);
  const first = records[0];
  if (first === undefined) throw new Error('the history is empty');
  const { decisions, hash } = auditHistory(records);
  let newest = 0;
  const ms = medianMs(ROUNDS, {
    step() {
      const state = genesisState(first);
      for (const event of events) step(state, event);
    },
    loop() {
      newest = 0;
      for (const { tsInit } of events) if (tsInit > newest) newest = tsInit;
    },
  });
  if (newest === 0) throw new Error('the loop has seen nothing');
  const rate = (events.length / ms.step) * 1_000;
  return [
    {
      what: `\`step\` over ${history.label}: ${number(events.length)} events, ${number(decisions)} decisions (hash ${hash.slice(0, 8)})`,
      value: perSecond(events.length, ms.step),
      target: isTarget ? `≥ ${number(TARGET_PER_SECOND)}/s` : null,
      met: isTarget ? rate >= TARGET_PER_SECOND : null,
      peer: `a plain \`for\` over the same: ${perSecond(events.length, ms.loop)}, ${times(ms.step / ms.loop)} the time`,
    },
  ];
}
