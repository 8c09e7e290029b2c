/** Measures step and replay of one stored history and sends the figures to its parent. */
import { readFileSync } from 'node:fs';
import { deserialize } from 'node:v8';
import type { History } from './histories/history.ts';
import { fullDayFigure, replayFigures } from './replay-figures.ts';
import { stepFigures } from './step-figures.ts';

/** What the parent says. */
export interface EngineChildOptions {
  readonly file: string;
  readonly stepTarget: boolean;
  readonly replayTarget: boolean;
  /** Replays a whole day's records, too. */
  readonly full: boolean;
}

const options = JSON.parse(process.argv[2] ?? '') as EngineChildOptions;
const history = deserialize(readFileSync(options.file)) as History;
// The one that fills memory comes last.
const replay = replayFigures(history, options.replayTarget);
const full = options.full ? [fullDayFigure(history)] : [];
const step = stepFigures(history, options.stepTarget);
process.send?.([...step, ...replay, ...full], () => process.exit(0));
