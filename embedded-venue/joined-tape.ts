/**
 * A recording in a whole world: what the tape holds is played as it is, and what a series needs and the tape lacks is generated
 * around its recorded prices. A tape without prices stays as it is: there is nothing to generate around.
 */
import type { Source } from '../core/model/source.ts';
import type { VenueParts } from './connection.ts';
import type { TapePlayer } from './tape-player.ts';

/** One generated outside party. */
export interface GeneratedParty extends VenueParts {
  readonly source: Source;
}

/** The tape, and those of `parties` of which it holds no frame; these take the paths on which the tape would be silent. */
export function joinTape(tape: TapePlayer, parties: readonly GeneratedParty[]): VenueParts[] {
  if (tape.path === null) return [tape];
  const missing = parties.filter(({ source }) => !tape.sources.has(source));
  const taken = new Set(missing.flatMap(({ feeds }) => feeds.map(({ path }) => path)));
  return [...missing, { ...tape, feeds: tape.feeds.filter(({ path }) => !taken.has(path)) }];
}
