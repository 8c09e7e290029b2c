/**
 * `cli wallet create`: a new key in a file of its own, and with `--type deposit` the deposit wallet that new accounts of the venue must
 * trade from (venue notes of 2026-11-23, polymarket §0.5, §7). The key is never printed.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Hex } from 'viem';
import { isAddress, isSameAddress } from '../../core/model/address.ts';
import { err, ok, type Result } from '../../core/model/result.ts';
import type { RelayerClient, RelayerTransaction } from '../chain/relayer-client.ts';
import { DEPOSIT_WALLET_BEACON, depositWalletAddress } from '../chain/wallet-address.ts';
import { depositWalletCreateRequest } from '../chain/wallet-requests.ts';
import { createDigestSigner, type DigestSigner } from '../signer/digest-signer.ts';
import { loadPrivateKey } from '../signer/load-private-key.ts';
import { parsePrivateKey } from '../signer/private-key.ts';
import { CliProblem } from './cli-problem.ts';
import { openRelayer } from './session/chain-access.ts';
import { chainFailureText } from './session/failure-text.ts';
import type { Session } from './session/session.ts';

export interface WalletCreateOptions {
  readonly type: 'eoa' | 'deposit';
  readonly keyFile?: string | undefined;
  /** Goes on with a key file that is there, where an earlier attempt ended half way. */
  readonly useExisting?: boolean | undefined;
}

const KEY_BYTES = 32;
/** How often the relayer is asked, and how many times; wall time. */
const LOOK_EVERY_MS = 2_000;
const MAX_LOOKS = 90;

/** Makes key and wallet, and says what comes next. Throws `CliProblem`. */
export async function walletCreate(session: Session, options: WalletCreateOptions): Promise<boolean> {
  const { out } = session;
  const file = keyFileOf(session, options);
  // Before a key is made: a wallet that cannot be deployed afterwards is half a wallet.
  const relayer = options.type === 'deposit' ? openRelayer(session) : null;
  const isNew = !existsSync(file);
  if (!isNew && options.useExisting !== true) {
    throw new CliProblem(
      `${file} is there already and is never overwritten: name another --key-file, or say --use-existing.`,
    );
  }
  if (isNew) writeNewKey(session, file);
  const key = loadPrivateKey({ POLY_PRIVATE_KEY_FILE: file });
  if (!key.ok) throw new CliProblem(key.error);
  const signer = await createDigestSigner(key.value);
  out.note(isNew ? `The key is in ${file}; only this user can read it.` : `The key of ${file} is used.`);
  const wallet = relayer === null ? signer.address : await createDepositWallet(session, relayer, signer);
  const settings = [
    `POLY_PRIVATE_KEY_FILE=${file}`,
    ...(relayer === null ? [] : ['POLY_SIGNATURE_TYPE=3', `POLY_FUNDER=${wallet}`]),
  ];
  out.result({ keyFile: file, signer: signer.address, wallet, type: options.type, created: isNew, settings });
  out.line(`key file   ${file} (keep a copy off this machine: without it the money is lost)`);
  out.line(`signer     ${signer.address}`);
  out.line(
    `wallet     ${wallet} (${options.type === 'deposit' ? 'deposit wallet, gasless' : 'EOA: needs some POL for gas'})`,
  );
  out.line('');
  out.line('Next:');
  const steps = [
    `set ${settings.join(' ')} in .env`,
    `send USDC.e on Polygon to ${wallet}${relayer === null ? ', and a little POL' : ''}`,
    'cli wallet wrap AMOUNT      turns USDC.e into pUSD',
    'cli wallet approve          lets the exchange take exactly the bankroll',
    'cli keys create             makes the API key',
    'cli doctor                  looks at everything',
  ];
  for (const [index, step] of steps.entries()) out.line(`  ${index + 1}. ${step}`);
  return true;
}

function keyFileOf(session: Session, { keyFile }: WalletCreateOptions): string {
  const { key, stateFolder } = session.settings;
  const given = keyFile ?? (key.POLY_PRIVATE_KEY_FILE || undefined);
  if (given !== undefined) return resolve(given);
  if (stateFolder !== null) return join(stateFolder, 'wallet.key');
  throw new CliProblem('Say where the key shall be kept: --key-file, or POLY_PRIVATE_KEY_FILE, or STATE_FOLDER.');
}

/** Writes a fresh key; never over anything, whoever was quicker. */
function writeNewKey(session: Session, file: string): void {
  for (;;) {
    const digits = randomBytes(KEY_BYTES).toString('hex');
    // One in 2^128 lies outside the curve.
    if (!parsePrivateKey(digits).ok) continue;
    session.out.hide(digits);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const descriptor = openSync(file, 'wx', 0o600);
    writeSync(descriptor, `0x${digits}\n`);
    fsyncSync(descriptor);
    closeSync(descriptor);
    return;
  }
}

async function createDepositWallet(session: Session, relayer: RelayerClient, signer: DigestSigner): Promise<string> {
  session.out.note('The relayer is asked to make the deposit wallet.');
  const submitted = await relayer.submit(depositWalletCreateRequest(signer, session.contracts));
  if (!submitted.ok) {
    throw new CliProblem(
      `The deposit wallet was not made: ${chainFailureText(submitted.error)}. Run it again with --use-existing.`,
    );
  }
  const done = await follow(session, relayer, submitted.value.transactionID);
  if (!done.ok) throw new CliProblem(`${done.error} Run it again with --use-existing.`);
  const wallet = done.value.proxyAddress ?? '';
  if (!isAddress(wallet)) {
    throw new CliProblem(
      'The relayer does not name the wallet that it made: look it up by the signer’s address at the venue.',
    );
  }
  return checkedWallet(session, signer, wallet);
}

async function follow(
  session: Session,
  relayer: RelayerClient,
  id: string,
): Promise<Result<RelayerTransaction, string>> {
  for (let look = 0; look < MAX_LOOKS; look++) {
    const transaction = await relayer.transaction(id);
    if (transaction.ok && transaction.value !== null) {
      const { state } = transaction.value;
      if (state === 'STATE_CONFIRMED' || state === 'STATE_MINED') return ok(transaction.value);
      if (state === 'STATE_FAILED' || state === 'STATE_INVALID')
        return err(`The relayer could not make the deposit wallet (${state}).`);
    }
    await session.sleep(LOOK_EVERY_MS);
  }
  return err('The relayer has not made the deposit wallet within three minutes.');
}

/**
 * The relayer's word alone does not decide where money is sent: the address has to follow from the owner by the factory's own rule. The
 * embedded venue has no factory, and its money is none.
 */
function checkedWallet(session: Session, signer: DigestSigner, wallet: string): string {
  const owner = signer.address as Hex;
  const derived = [null, DEPOSIT_WALLET_BEACON].map((beacon) => depositWalletAddress(session.contracts, owner, beacon));
  const isKnown = derived.some((address) => isSameAddress(address, wallet));
  if (isKnown || session.settings.embeddedVenueUrl !== null) return wallet;
  throw new CliProblem(
    `The relayer names ${wallet}, which does not follow from your key by the factory's rule (${derived.join(' or ')}): send nothing there, and ask the venue.`,
  );
}
