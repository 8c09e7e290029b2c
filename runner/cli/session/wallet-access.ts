/** Whose key signs, and which wallet holds the money. */
import { isSameAddress } from '../../../core/model/address.ts';
import type { ContractWallet } from '../../chain/relayer-executor.ts';
import { createDigestSigner, type DigestSigner } from '../../signer/digest-signer.ts';
import { loadPrivateKey } from '../../signer/load-private-key.ts';
import type { TradingWallet } from '../../signer/order-signer.ts';
import { CliProblem } from '../cli-problem.ts';
import type { SignatureType } from './cli-settings.ts';
import type { Session } from './session.ts';

export interface AccountWallet {
  readonly signer: DigestSigner;
  readonly trading: TradingWallet;
  /** Which holds pUSD and shares. */
  readonly address: string;
}

/** The key's signer. Throws `CliProblem`: no key is set, or its file is not to be used. */
export async function loadSigner(session: Session): Promise<DigestSigner> {
  const key = loadPrivateKey(session.settings.key);
  if (!key.ok) throw new CliProblem(key.error);
  return createDigestSigner(key.value);
}

/** The account that trades. Throws `CliProblem` where key, type and funder do not go together. */
export async function openWallet(session: Session): Promise<AccountWallet> {
  const signer = await loadSigner(session);
  const { signatureType, funderAddress, chainId } = session.settings;
  const address = funderAddress ?? signer.address;
  const isOwn = isSameAddress(address, signer.address);
  if (signatureType === 0 && !isOwn) {
    throw new CliProblem(
      `POLY_SIGNATURE_TYPE 0 trades with the key's own money: leave POLY_FUNDER out, or set the type of ${address}.`,
    );
  }
  if (signatureType !== 0 && isOwn) {
    throw new CliProblem(
      `POLY_FUNDER must be set when POLY_SIGNATURE_TYPE is ${signatureType}: the wallet that holds the money.`,
    );
  }
  const trading = { chainId, signatureType, signerAddress: signer.address, funderAddress: address };
  return { signer, trading, address };
}

/** The wallet's address, without the key where it is not needed: what only reads asks for no signature. */
export async function accountAddress(session: Session): Promise<string> {
  return session.settings.funderAddress ?? (await loadSigner(session)).address;
}

const KINDS: Readonly<Record<SignatureType, { readonly name: string; readonly kind: ContractWallet | null }>> = {
  0: { name: 'EOA', kind: null },
  1: { name: 'proxy', kind: 'proxy' },
  2: { name: 'Safe', kind: 'safe' },
  3: { name: 'deposit wallet', kind: 'deposit-wallet' },
};

/** What a signature type means: its name, and the contract wallet that it is, if it is one. */
export const walletKind = (type: SignatureType) => KINDS[type];
