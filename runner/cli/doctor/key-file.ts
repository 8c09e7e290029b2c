/** The private key: there, of the right form, for nobody else's eyes, and not where it could be committed. */
import { resolve } from 'node:path';
import { isSameAddress } from '../../../core/model/address.ts';
import { keyFileProblem } from '../../env.ts';
import { openWallet } from '../session/wallet-access.ts';
import { derivedWallets } from '../wallet.ts';
import { type Check, failed, passed } from './check.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../..');

export const keyFileCheck: Check = {
  name: 'key',
  async run({ session }) {
    const { key, mode, signatureType, embeddedVenueUrl } = session.settings;
    const file = key.POLY_PRIVATE_KEY_FILE ?? '';
    if (file === '' && (key.POLY_PRIVATE_KEY ?? '') === '') {
      return failed('none is set', 'run `cli wallet create`, or set POLY_PRIVATE_KEY_FILE');
    }
    const problem = file === '' ? null : keyFileProblem(resolve(file), mode === 'live' ? REPOSITORY : null);
    if (problem !== null) return failed(problem, `chmod 600 ${file}, and keep it outside of the repository`);
    const wallet = await openWallet(session);
    const derived = derivedWallets(session, wallet);
    const isForeign = derived.length > 0 && !derived.some((address) => isSameAddress(address, wallet.address));
    // The embedded venue makes its wallets by a rule of its own.
    if (isForeign && embeddedVenueUrl === null) {
      return failed(
        `POLY_FUNDER ${wallet.address} is not the type ${signatureType} wallet of this key (${derived.join(' or ')})`,
        'set POLY_FUNDER and POLY_SIGNATURE_TYPE as the venue shows them',
      );
    }
    return passed(`signs as ${wallet.signer.address}, trades from ${wallet.address}`);
  },
};
