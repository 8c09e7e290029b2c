/** The runner's memory: there, its own, and writable. */
import { accessSync, constants, statSync } from 'node:fs';
import { openStopLatch } from '../../account/stop-latch.ts';
import { askRunner } from '../../control-socket.ts';
import { createNodeDisk } from '../../node-ports.ts';
import { controlSocketPath } from '../../state-folder.ts';
import { type Check, failed, passed } from './check.ts';

const OTHERS = 0o077;

export const stateFolderCheck: Check = {
  name: 'state folder',
  async run({ session }) {
    const { stateFolder } = session.settings;
    if (stateFolder === null) return failed('none is set', 'set STATE_FOLDER to a folder that outlives the runner');
    try {
      if ((statSync(stateFolder).mode & OTHERS) !== 0) {
        return failed(`${stateFolder} can be read by others`, `chmod 700 ${stateFolder}`);
      }
      accessSync(stateFolder, constants.W_OK);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      // The runner makes its folder itself.
      if (code === 'ENOENT') return passed(`${stateFolder} will be made by the runner`);
      return failed(`${stateFolder} cannot be written to (${code})`, 'set STATE_FOLDER to a folder of this user');
    }
    const asked = await askRunner(controlSocketPath(stateFolder), { command: 'status' });
    const held = openStopLatch(createNodeDisk(stateFolder, () => undefined)).all();
    const latches = held.map(({ scope, latch }) => `${latch.verb} of ${scope ?? 'the account'}`);
    const stops = latches.length === 0 ? '' : `; its latch holds: ${latches.join(', ')} (\`cli resume\` lifts it)`;
    return passed(`${stateFolder}, ${asked.ok ? 'a runner is up' : 'no runner is up'}${stops}`);
  },
};
