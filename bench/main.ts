/**
 * `make bench`: the figures of docs/benchmarks.md, measured again and printed as a table. Some twenty minutes.
 *
 *   --engine   only what needs no other process  --full     also replays a whole day's 15 million records
 *   --write    writes docs/benchmarks.md anew    --start    also starts `make run` in a new folder, cold and warm
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hasSharedData } from '../test/support/shared-data.ts';
import { engineFigures } from './engine-figures.ts';
import { generateHistory } from './histories/generated-history.ts';
import { recordHistory } from './histories/recorded-history.ts';
import { orderPathFigures } from './order-path-figures.ts';
import { rowFigures } from './row-figures.ts';
import { signingFigures } from './signing-figures.ts';
import { startFigures } from './start-figures.ts';
import { renderDocument } from './support/document.ts';
import { type Figure, renderFigures } from './support/figure.ts';
import { describeMachine } from './support/machine.ts';
import { workerdFigures } from './workerd-figures.ts';

const GENERATED_MINUTES = 15;

const { values: wanted } = parseArgs({
  options: {
    engine: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    start: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const machine = describeMachine(new Date());
const notes: string[] = [];
const figures: Figure[] = [];

say('a generated history …');
const generated = await generateHistory(GENERATED_MINUTES);
if (hasSharedData) {
  say('a history of recorded frames …');
  const recorded = await recordHistory();
  say('step and replay …');
  figures.push(...(await engineFigures(recorded, { stepTarget: true, replayTarget: false, full: false })));
} else {
  const left = 'step and replay over recorded Binance frames and Polymarket books, because ../shared is not there';
  notes.push(`Left out: ${left}; the generated history has the target instead.`);
}
say(`step and replay of a generated history${wanted.full ? ', and a whole day of it' : ''} …`);
figures.push(
  ...(await engineFigures(generated, { stepTarget: !hasSharedData, replayTarget: true, full: wanted.full })),
  ...rowFigures(generated),
);
say('signed orders and request headers …');
figures.push(...(await signingFigures()));
if (wanted.engine) notes.push('Left out: everything in workerd and in the runner (--engine).');
else figures.push(...(await workerdFigures(say)), ...(await orderPathFigures(say)));
if (wanted.start) figures.push(...(await startFigures(say)));
else notes.push('Left out: cold and warm start of `make run` (`node bench/main.ts --start`).');

const table = renderFigures(figures);
process.stdout.write(`${machine}\n\n${table}\n\n${notes.map((note) => `${note}\n`).join('')}`);
if (wanted.write) {
  writeFileSync(join(import.meta.dirname, '../docs/benchmarks.md'), renderDocument(machine, table, notes));
}
process.exit(0);
