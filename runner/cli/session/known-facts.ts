/** What a live test has found out about the venue of this session. */
import { type FactsFile, readNewestFacts } from '../../facts-file.ts';
import { CliProblem } from '../cli-problem.ts';
import type { Session } from './session.ts';

/** The newest file; `null` where there is none. Throws `CliProblem` for one that cannot be read. */
export function newestFacts({ settings }: Session): FactsFile | null {
  if (settings.stateFolder === null) return null;
  const venue = settings.embeddedVenueUrl === null ? 'polymarket' : 'embedded';
  const facts = readNewestFacts(settings.stateFolder, venue);
  if (!facts.ok) throw new CliProblem(facts.error);
  return facts.value;
}
