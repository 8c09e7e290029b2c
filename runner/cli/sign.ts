/** `cli sign`: signs orders that come as JSON lines, and sends nothing. One line out for each line in. */

import type { Result } from '../../core/model/result.ts';
import type { SignedOrder } from '../clob/clob-client.ts';
import { createOrderSigner } from '../signer/create-order-signer.ts';
import { createDigestSigner, type DigestSigner } from '../signer/digest-signer.ts';
import type { OrderSigner } from '../signer/order-signer.ts';
import { parsePrivateKey } from '../signer/private-key.ts';
import { CliProblem } from './cli-problem.ts';
import { type LineDenied, parseSignLine, type SignLine } from './sign-line.ts';

/** The owner in the body where POLY_API_KEY is not set: of the right form, and nobody's. */
const NO_API_KEY = '00000000-0000-0000-0000-000000000001';
/** An order is some hundred bytes: what is longer is no order. */
const LONGEST_LINE = 65_536;
/** Wallets of one run whose signers are kept. */
const KEPT_SIGNERS = 64;

export interface SignEnvironment {
  readonly POLY_PRIVATE_KEY?: string | undefined;
  readonly POLY_API_KEY?: string | undefined;
}

/** Signs line by line; `warn` is told when only the slower implementation is to be had. Throws `CliProblem` without a usable key. */
export async function sign(
  chunks: AsyncIterable<string>,
  environment: SignEnvironment,
  print: (line: string) => void,
  warn: (line: string) => void,
): Promise<void> {
  const keyText = environment.POLY_PRIVATE_KEY ?? '';
  if (keyText === '') throw new CliProblem('Set POLY_PRIVATE_KEY to the private key that shall sign.');
  const key = parsePrivateKey(keyText);
  if (!key.ok) throw new CliProblem(`POLY_PRIVATE_KEY cannot be used: ${key.error}.`);
  const digestSigner = await createDigestSigner(key.value);
  if (digestSigner.implementation === 'wasm') {
    warn('The native secp256k1 module is missing here: signing with the slower WebAssembly one.');
  }
  const signerOf = createSigners(digestSigner, environment.POLY_API_KEY || NO_API_KEY);
  for await (const line of linesOf(chunks)) print(JSON.stringify(answer(line, signerOf)));
}

type Signers = (line: SignLine) => Result<OrderSigner, LineDenied>;

function answer(line: string | null, signerOf: Signers): SignedOrder | { denied: LineDenied['code']; detail: string } {
  const signed = line === null ? TOO_LONG : signLine(line, signerOf);
  if (!signed.ok) return { denied: signed.error.code, detail: signed.error.detail };
  const { orderHash, body } = signed.value;
  return { orderHash, body };
}

const TOO_LONG: Result<SignedOrder, LineDenied> = {
  ok: false,
  error: { code: 'malformed', detail: `The line has more than ${LONGEST_LINE} characters.` },
};

function signLine(text: string, signerOf: Signers): Result<SignedOrder, LineDenied> {
  const line = parseSignLine(text);
  if (!line.ok) return line;
  const signer = signerOf(line.value);
  if (!signer.ok) return signer;
  return signer.value.signRequest(line.value.request, line.value.market);
}

function createSigners(key: DigestSigner, owner: string): Signers {
  const known = new Map<string, OrderSigner>();
  return ({ wallet: { chainId, signatureType, funder } }) => {
    const name = `${chainId} ${signatureType} ${funder}`;
    const before = known.get(name);
    if (before !== undefined) return { ok: true, value: before };
    const made = createOrderSigner(
      key,
      { chainId, signatureType, signerAddress: key.address, funderAddress: funder ?? key.address },
      owner,
    );
    if (!made.ok) return made;
    if (known.size >= KEPT_SIGNERS) known.clear();
    known.set(name, made.value);
    return made;
  };
}

/** Lines of a text that comes in pieces, without their ends; `null` for one that is too long. The last one needs no line feed. */
async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string | null> {
  let rest = '';
  let isTooLong = false;
  for await (const chunk of chunks) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      yield isTooLong || part.length > LONGEST_LINE ? null : part;
      isTooLong = false;
    }
    if (rest.length > LONGEST_LINE) {
      isTooLong = true;
      rest = '';
    }
  }
  if (isTooLong) yield null;
  else if (rest !== '') yield rest;
}
