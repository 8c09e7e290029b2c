/**
 * A relayer on loopback: it takes the requests of the venue's real one, checks nothing itself, and has the wallet contracts on the local
 * chain do so: what they do not believe is `STATE_FAILED`.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Hex } from 'viem';
import type { LocalChain } from './local-chain.ts';

export interface LocalRelayer {
  readonly url: string;
  /** Bodies of the submissions, in order. */
  readonly submissions: readonly Readonly<Record<string, unknown>>[];
  /** Headers of the submissions, in order. */
  readonly headers: readonly Readonly<Record<string, unknown>>[];
  /** The next submission is carried out and its answer is lost. */
  loseNextAnswer(): void;
  stop(): Promise<void>;
}

interface Submission {
  readonly type: string;
  readonly to: Hex;
  readonly data: Hex;
  readonly signature: Hex;
  readonly signatureParams: Readonly<Record<string, string>>;
  readonly depositWalletParams: {
    readonly deadline: string;
    readonly calls: readonly { readonly target: Hex; readonly value: string; readonly data: Hex }[];
  };
}

/** The relay whose address a proxy's signature covers. */
const RELAY: Hex = '0x1111111111111111111111111111111111111111';

/** A relayer for `wallet`, a contract of `Wallets.sol`. */
export async function startLocalRelayer(chain: LocalChain, wallet: Hex): Promise<LocalRelayer> {
  const submissions: Record<string, unknown>[] = [];
  const headers: Record<string, unknown>[] = [];
  const transactions: {
    readonly transactionID: string;
    readonly state: string;
    readonly transactionHash: string | null;
  }[] = [];
  let loseNext = false;

  async function nonce(): Promise<string> {
    const abi = chain.wallets['SafeWallet']?.abi ?? [];
    return String(await chain.client.readContract({ address: wallet, abi, functionName: 'nonce' }));
  }
  async function carryOut(body: Submission): Promise<string> {
    const call = (contract: string, functionName: string, args: readonly unknown[]) => {
      const code = chain.wallets[contract];
      if (code === undefined) throw new Error(`no contract ${contract}`);
      return chain.send(wallet, code, functionName, args);
    };
    if (body.type === 'SAFE') {
      const operation = Number(body.signatureParams['operation']);
      return call('SafeWallet', 'execTransaction', [body.to, body.data, operation, body.signature]);
    }
    if (body.type === 'PROXY') {
      const gasLimit = BigInt(body.signatureParams['gasLimit'] ?? '0');
      return call('ProxyWallet', 'relay', [body.data, gasLimit, RELAY, body.signature]);
    }
    const { calls, deadline } = body.depositWalletParams;
    const batch = calls.map(({ target, value, data }) => ({ target, value: BigInt(value), data }));
    return call('DepositWallet', 'execute', [batch, BigInt(deadline), body.signature]);
  }
  async function submit(request: IncomingMessage): Promise<unknown> {
    const body = await readBody(request);
    submissions.push(body);
    headers.push(request.headers);
    const transactionID = `relay-${submissions.length}`;
    try {
      const transactionHash = await carryOut(body as unknown as Submission);
      transactions.push({ transactionID, state: 'STATE_CONFIRMED', transactionHash });
    } catch {
      // The wallet refused it on the chain.
      transactions.push({ transactionID, state: 'STATE_FAILED', transactionHash: null });
    }
    return { transactionID, state: 'STATE_NEW' };
  }

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://relayer');
    const answer = async (): Promise<unknown> => {
      if (pathname === '/nonce') return { nonce: await nonce() };
      if (pathname === '/relay-payload') return { address: RELAY, nonce: await nonce() };
      if (pathname === '/deployed') return { deployed: true };
      if (pathname === '/submit') return submit(request);
      return transactions.filter(({ transactionID }) => transactionID === searchParams.get('id'));
    };
    void answer().then((body) => {
      if (pathname === '/submit' && loseNext) {
        loseNext = false;
        request.socket.destroy();
        return;
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    submissions,
    headers,
    loseNextAnswer() {
      loseNext = true;
    },
    async stop() {
      const closed = once(server, 'close');
      server.closeAllConnections();
      server.close();
      await closed;
    },
  };
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString('utf8')) as Record<string, unknown>;
}
