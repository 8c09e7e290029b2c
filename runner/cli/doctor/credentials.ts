/** The API keys: there, accepted, and not restricted to leaving positions. */
import { existsSync } from 'node:fs';
import { readOnlyCredentialsPath } from '../../credentials-file.ts';
import { fullCredentials, openClob, openReadingClob } from '../session/clob-access.ts';
import { clobFailureText } from '../session/failure-text.ts';
import { type Check, failed, passed } from './check.ts';

export const credentialsCheck: Check = {
  name: 'API key',
  async run({ session }) {
    if ((await fullCredentials(session)) === null) return failed('there is none', 'run `cli keys create`');
    const { clob, stored } = await openClob(session);
    const closedOnly = await clob.closedOnly();
    if (closedOnly.kind !== 'accepted') {
      const fix =
        closedOnly.kind === 'unauthorised' ? 'run `cli keys create` again' : 'look at network and proxy first';
      return failed(clobFailureText(closedOnly), fix);
    }
    if (closedOnly.value) {
      return failed(
        'the venue lets this account only close positions',
        'ask the venue’s support why; nothing here can change it',
      );
    }
    const { stateFolder } = session.settings;
    const hasReader = stateFolder !== null && existsSync(readOnlyCredentialsPath(stateFolder));
    const reader = hasReader && (await openReadingClob(session)).access === 'read-only' ? ', read-only key valid' : '';
    return passed(`${stored.credentials.key.slice(0, 8)}… is valid, bound to ${stored.address}${reader}`);
  },
};
