/** The account on the chain, to read and to send. */
import type { Hex } from 'viem';
import type { CallExecutor } from '../../chain/call-executor.ts';
import type { ChainAccount } from '../../chain/chain-account.ts';
import { type ChainReader, createChainReader } from '../../chain/chain-reader.ts';
import { createChainAccount } from '../../chain/create-chain-account.ts';
import { createEoaExecutor } from '../../chain/eoa-executor.ts';
import { createJsonRpc, type JsonRpc } from '../../chain/json-rpc.ts';
import { createPendingStore } from '../../chain/pending-transaction.ts';
import { createRelayerClient, type RelayerClient } from '../../chain/relayer-client.ts';
import { createRelayerExecutor } from '../../chain/relayer-executor.ts';
import { CliProblem } from '../cli-problem.ts';
import type { Session } from './session.ts';
import { type AccountWallet, walletKind } from './wallet-access.ts';

/** Blocks on top of a transaction's own before it counts, as the runner waits: Polygon seldom takes back more than one or two. */
const CONFIRMATIONS = 2;

/** The node. Throws `CliProblem` where none is set. */
export function openRpc(session: Session): JsonRpc {
  const { rpcUrl } = session.settings.addresses;
  if (rpcUrl === null) throw new CliProblem('RPC_URL must be set: the address of a Polygon node.');
  return createJsonRpc(session.http, rpcUrl);
}

/** Reads what `address` holds; gas money is that of `payer`. */
export function openChainReader(session: Session, address: string, payer: string): ChainReader {
  return createChainReader(openRpc(session), session.contracts, address as Hex, payer as Hex);
}

/** The relayer. Throws `CliProblem` where no key for it is set. */
export function openRelayer(session: Session): RelayerClient {
  const { relayer, addresses } = session.settings;
  if (relayer === null || addresses.relayerUrl === null) {
    throw new CliProblem(
      'The relayer wants a key: set POLY_BUILDER_API_KEY, POLY_BUILDER_SECRET and POLY_BUILDER_PASSPHRASE, or RELAYER_API_KEY and RELAYER_API_KEY_ADDRESS.',
    );
  }
  return createRelayerClient(session.http, session.clock, addresses.relayerUrl, relayer);
}

/**
 * The account with what it takes to send. It takes the state folder: what is on its way is kept there, so that whoever comes next looks
 * for it before sending anything.
 */
export function openChainAccount(session: Session, wallet: AccountWallet): ChainAccount {
  const reader = openChainReader(session, wallet.address, wallet.signer.address);
  return createChainAccount(session.contracts, wallet.address as Hex, reader, executorOf(session, wallet));
}

function executorOf(session: Session, wallet: AccountWallet): CallExecutor {
  const { settings, clock, timers, log, contracts } = session;
  const rpc = openRpc(session);
  const { disk } = session.own();
  const { kind } = walletKind(settings.signatureType);
  if (kind === null) {
    const options = {
      chainId: settings.chainId,
      polPriceMicro: settings.polPriceMicro,
      confirmations: settings.embeddedVenueUrl === null ? CONFIRMATIONS : 0,
    };
    return createEoaExecutor(options, {
      rpc,
      signer: wallet.signer,
      pending: createPendingStore(disk),
      clock,
      timers,
      log,
    });
  }
  const relayer = openRelayer(session);
  return createRelayerExecutor(kind, wallet.address as Hex, contracts, {
    relayer,
    rpc,
    signer: wallet.signer,
    disk,
    clock,
    timers,
  });
}
