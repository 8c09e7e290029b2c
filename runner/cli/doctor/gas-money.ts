/** What transactions are paid with: POL of an EOA, or the relayer's goodwill. */
import { formatPol } from '../balance.ts';
import { openChainReader, openRelayer } from '../session/chain-access.ts';
import { loadSigner, walletKind } from '../session/wallet-access.ts';
import { type Check, failed, passed } from './check.ts';

/** Some thirty redemptions at 100 gwei, each of about 200,000 gas. */
const LEAST_POL_WEI = 600_000_000_000_000_000n;

export const gasCheck: Check = {
  name: 'gas',
  async run({ session }) {
    const { signatureType } = session.settings;
    const signer = await loadSigner(session);
    if (walletKind(signatureType).kind !== null) {
      const nonce = await openRelayer(session).nonce(
        signer.address,
        signatureType === 2 ? 'SAFE' : signatureType === 1 ? 'PROXY' : 'WALLET',
      );
      return nonce.ok
        ? passed('the relayer answers and pays')
        : failed(nonce.error, 'check RELAYER_URL and its key; without it nothing is redeemed');
    }
    const read = await openChainReader(session, signer.address, signer.address).balances([]);
    if (!read.ok) return failed(`the chain cannot be read: ${read.error}`, 'check RPC_URL');
    const { polWei } = read.value;
    return polWei >= LEAST_POL_WEI
      ? passed(`${formatPol(polWei)} POL`)
      : failed(`${formatPol(polWei)} POL`, `send at least ${formatPol(LEAST_POL_WEI)} POL to ${signer.address}`);
  },
};
