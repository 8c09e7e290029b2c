/** The programs are TypeScript that Node runs as it is, which it does since 22. */
import { type Check, failed, passed } from './check.ts';

const OLDEST = 22;

export const nodeVersionCheck: Check = {
  name: 'node',
  run: () => nodeVersionResult(process.versions.node),
};

/** Judges a version such as "22.23.3". */
export function nodeVersionResult(version: string) {
  return Number(version.split('.')[0]) >= OLDEST
    ? passed(`Node ${version}`)
    : failed(`this is Node ${version}`, `Node ${OLDEST} or newer is needed: \`make setup\` brings it along`);
}
