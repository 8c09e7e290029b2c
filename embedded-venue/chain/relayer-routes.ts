/**
 * `/relayer/…`: sends contract wallets' calls, gasless. It believes a request when the wallet's owner signed it with the present nonce.
 * A batch stops at the first call that fails and keeps those before it, unlike a real wallet, which takes all of them back.
 */
import { decodeFunctionData, type Hex, hexToBytes, keccak256, parseAbi, size, slice, toHex } from 'viem';
import * as z from 'zod';
import { SECOND_MS, type UnixMs } from '../../core/model/time.ts';
import type { WalletRegistry } from '../clob/wallet-registry.ts';
import type { VenueRequest, VenueResponse, VenueRoutes } from '../connection.ts';
import { json } from '../http.ts';
import type { VenueAddress, VenueExchange } from '../trading/venue-exchange.ts';
import type { LedgerCall } from './ledger-calls.ts';
import type { ChainReceiptView, LedgerChain } from './ledger-chain.ts';
import { batchSigner, proxySigner, RELAY, SAFE_MULTISEND, safeSigner } from './relayed-signature.ts';

const PREFIX = '/relayer';
const MULTISEND = parseAbi(['function multiSend(bytes transactions)']);
const PROXY = parseAbi([
  'struct ProxyCall { uint8 typeCode; address to; uint256 value; bytes data; }',
  'function proxy(ProxyCall[] calls) payable returns (bytes[] returnValues)',
]);

const hex = z.custom<Hex>((value) => typeof value === 'string' && /^0x[0-9a-fA-F]*$/.test(value));
const address = hex.transform((text) => text.toLowerCase());
const digits = z.string().regex(/^\d+$/);
const submissionSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('SAFE'),
    from: address,
    to: hex,
    proxyWallet: address,
    data: hex,
    nonce: digits,
    signature: hex,
    signatureParams: z.object({ operation: digits }),
  }),
  z.object({
    type: z.literal('PROXY'),
    from: address,
    proxyWallet: address,
    data: hex,
    nonce: digits,
    signature: hex,
    signatureParams: z.object({ gasLimit: digits }),
  }),
  z.object({
    type: z.literal('WALLET'),
    from: address,
    nonce: digits,
    signature: hex,
    depositWalletParams: z.object({
      depositWallet: address,
      deadline: digits,
      calls: z.array(z.object({ target: hex, value: digits, data: hex })),
    }),
  }),
  z.object({ type: z.literal('WALLET-CREATE'), from: address }),
]);
type Submission = z.infer<typeof submissionSchema>;

interface Relayed {
  readonly transactionID: string;
  readonly proxyAddress: string;
  readonly receipt: ChainReceiptView;
}

export interface RelayerDeps {
  readonly exchange: VenueExchange;
  readonly chain: LedgerChain;
  readonly wallets: WalletRegistry;
}

/** The relayer's routes. */
export function createRelayerRoutes(deps: RelayerDeps): VenueRoutes {
  const { chain, wallets } = deps;
  const relayed = new Map<string, Relayed>();

  function carryOut(submission: Submission, nowMs: UnixMs): Relayed | string {
    if (submission.type === 'WALLET-CREATE') return createWallet(submission.from, nowMs);
    const wallet = submission.type === 'WALLET' ? submission.depositWalletParams.depositWallet : submission.proxyWallet;
    if (wallets.ownerOf(wallet) !== submission.from || wallet === submission.from) return 'wallet is not deployed';
    if (Number(submission.nonce) !== chain.nonceOf(wallet)) return 'invalid nonce';
    if (signerOf(submission, wallet) !== submission.from) return 'invalid signature';
    if (submission.type === 'WALLET' && Number(submission.depositWalletParams.deadline) * SECOND_MS < nowMs) {
      return 'deadline has passed';
    }
    const calls = callsOf(submission);
    return calls === null ? 'invalid data' : note(wallet, chain.relay(wallet, calls, nowMs));
  }

  function createWallet(owner: VenueAddress, nowMs: UnixMs): Relayed | string {
    const known = wallets.walletOf(owner, 'deposit');
    const wallet = known ?? `0x${keccak256(toHex(`deposit wallet of ${owner}`)).slice(-40)}`;
    const refused = wallets.register({ wallet, owner, type: 'deposit' });
    return refused ?? note(wallet, chain.relay(owner, [], nowMs));
  }

  function note(proxyAddress: string, receipt: ChainReceiptView): Relayed {
    const entry = { transactionID: `relayed-${relayed.size + 1}`, proxyAddress, receipt };
    relayed.set(entry.transactionID, entry);
    return entry;
  }

  function stateOf({ receipt }: Relayed, nowMs: UnixMs): string {
    if (chain.receipt(receipt.hash, nowMs) === null) return 'STATE_EXECUTED';
    return receipt.succeeded ? 'STATE_CONFIRMED' : 'STATE_FAILED';
  }

  function get(path: string, query: URLSearchParams, nowMs: UnixMs): VenueResponse | null {
    const owner = (query.get('address') ?? '').toLowerCase();
    const type = query.get('type');
    const wallet = wallets.walletOf(owner, type === 'SAFE' ? 'safe' : type === 'PROXY' ? 'proxy' : 'deposit') ?? '';
    if (path === '/nonce') return json(200, { nonce: String(chain.nonceOf(wallet)) });
    if (path === '/relay-payload') return json(200, { address: RELAY, nonce: String(chain.nonceOf(wallet)) });
    if (path === '/deployed') return json(200, { deployed: wallets.walletAt(owner) !== null });
    if (path !== '/transaction') return null;
    const entry = relayed.get(query.get('id') ?? '');
    if (entry === undefined) return json(200, []);
    const { transactionID, proxyAddress, receipt } = entry;
    return json(200, [{ transactionID, proxyAddress, transactionHash: receipt.hash, state: stateOf(entry, nowMs) }]);
  }

  function submit(request: VenueRequest, nowMs: UnixMs): VenueResponse {
    const isKnown = request.headers['poly_builder_api_key'] ?? request.headers['relayer_api_key'];
    if (isKnown === undefined) return json(401, { error: 'invalid authorization' });
    const parsed = submissionSchema.safeParse(parseJson(request.body));
    if (!parsed.success) return json(400, { error: 'invalid request' });
    const done = carryOut(parsed.data, nowMs);
    return typeof done === 'string'
      ? json(400, { error: done })
      : json(200, { transactionID: done.transactionID, state: 'STATE_NEW' });
  }

  return {
    handle(request, nowMs) {
      if (!request.path.startsWith(`${PREFIX}/`)) return null;
      const path = request.path.slice(PREFIX.length);
      if (request.method === 'POST' && path === '/submit') return submit(request, nowMs);
      return request.method === 'GET' ? get(path, request.query, nowMs) : null;
    },
  };
}

type Signed = Exclude<Submission, { readonly type: 'WALLET-CREATE' }>;

function signerOf(submission: Signed, wallet: VenueAddress): VenueAddress | null {
  const nonce = BigInt(submission.nonce);
  if (submission.type === 'SAFE') {
    const operation = Number(submission.signatureParams.operation);
    return safeSigner(wallet, { to: submission.to, data: submission.data, operation, nonce }, submission.signature);
  }
  if (submission.type === 'PROXY') {
    const gasLimit = BigInt(submission.signatureParams.gasLimit);
    return proxySigner(submission.from, submission.data, gasLimit, nonce, submission.signature);
  }
  const { deadline, calls } = submission.depositWalletParams;
  const batch = calls.map(({ target, value, data }) => ({ target, value: BigInt(value), data }));
  return batchSigner(wallet, { nonce, deadline: BigInt(deadline), calls: batch }, submission.signature);
}

function callsOf(submission: Signed): readonly LedgerCall[] | null {
  if (submission.type === 'WALLET')
    return submission.depositWalletParams.calls.map(({ target, data }) => ({ to: target, data }));
  try {
    if (submission.type === 'PROXY') {
      const { args } = decodeFunctionData({ abi: PROXY, data: submission.data });
      return args[0].map(({ to, data }) => ({ to, data }));
    }
    if (submission.to.toLowerCase() !== SAFE_MULTISEND) return [{ to: submission.to, data: submission.data }];
    const { args } = decodeFunctionData({ abi: MULTISEND, data: submission.data });
    return unpack(args[0]);
  } catch {
    // viem throws for data of another function: the wallet would revert.
    return null;
  }
}

/** One packed call: operation (1 byte), to (20), value (32), length (32), data. */
const HEAD_BYTES = 85;

function unpack(packed: Hex): LedgerCall[] {
  const calls: LedgerCall[] = [];
  for (let at = 0; at < size(packed); ) {
    const length = Number(BigInt(toHex(hexToBytes(slice(packed, at + 53, at + HEAD_BYTES)))));
    calls.push({ to: slice(packed, at + 1, at + 21), data: slice(packed, at + HEAD_BYTES, at + HEAD_BYTES + length) });
    at += HEAD_BYTES + length;
  }
  return calls;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema refuses it.
    return undefined;
  }
}
