/** `cli wallet status|approve|revoke`: what the wallet is, holds and allows, and changes to what it allows. */
import type { Hex } from 'viem';
import { formatMicro, type MoneyMicro } from '../../core/model/money.ts';
import type { Result } from '../../core/model/result.ts';
import type { ChainFailure, ChainReceipt } from '../chain/chain-account.ts';
import { DEPOSIT_WALLET_BEACON, depositWalletAddress, proxyAddress, safeAddress } from '../chain/wallet-address.ts';
import { formatPol } from './balance.ts';
import { CliProblem } from './cli-problem.ts';
import { openChainAccount, openChainReader, openRelayer, openRpc } from './session/chain-access.ts';
import { tableLines } from './session/cli-output.ts';
import { fullCredentials, openClob } from './session/clob-access.ts';
import { chainFailureText } from './session/failure-text.ts';
import type { Session } from './session/session.ts';
import { type AccountWallet, openWallet, walletKind } from './session/wallet-access.ts';
import { type ApprovalNeed, approvalNeeds, approvedNow, isApproved, isUnlimited } from './wallet-approvals.ts';

export interface ApproveOptions {
  readonly amountMicro?: MoneyMicro | undefined;
  /** Whatever the account will ever hold: an allowance that a fault of the exchange could drain. */
  readonly unlimited?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

/** Shows the wallet; `false` when it is not deployed or lacks an approval. Throws `CliProblem`. */
export async function walletStatus(session: Session): Promise<boolean> {
  const { out, settings, contracts } = session;
  const wallet = await openWallet(session);
  const reader = openChainReader(session, wallet.address, wallet.signer.address);
  const [money, approvals, deployed] = await Promise.all([
    reader.balances([]),
    reader.approvals(),
    isDeployed(session, wallet),
  ]);
  if (!money.ok) throw new CliProblem(`The chain cannot be read (${money.error}): check RPC_URL.`);
  if (!approvals.ok) throw new CliProblem(`The approvals cannot be read (${approvals.error}): check RPC_URL.`);
  const { name } = walletKind(settings.signatureType);
  const { pusdMicro, usdceMicro, polWei, blockNumber } = money.value;
  const needs = approvalNeeds(contracts).map((need) => ({ ...need, now: approvedNow(need, approvals.value) }));
  out.result({
    address: wallet.address,
    type: name,
    signer: wallet.signer.address,
    deployed,
    blockNumber,
    pusdMicro,
    usdceMicro,
    polWei: polWei.toString(),
    approvals: needs,
  });
  const rows = [
    ['wallet', wallet.address],
    ['type', `${name} (POLY_SIGNATURE_TYPE=${settings.signatureType})`],
    ['signer', wallet.signer.address],
    [
      'deployed',
      deployed === null ? 'needs no contract' : deployed ? 'yes' : 'NO: run `cli wallet create --use-existing`',
    ],
    ['pUSD', formatMicro(pusdMicro)],
    ['USDC.e', formatMicro(usdceMicro)],
    ['POL', `${formatPol(polWei)} (of the signer)`],
    ...needs.map((need) => [`${need.asset} → ${need.name}`, `${amountText(need.now)}   ${need.why}`]),
  ];
  for (const line of tableLines(rows)) out.line(line);
  return deployed !== false && needs.every(({ now }) => now !== false && now !== 0);
}

function amountText(now: MoneyMicro | boolean): string {
  if (typeof now === 'boolean') return now ? 'all' : 'none';
  return isUnlimited(now) ? 'UNLIMITED' : formatMicro(now);
}

/** `null`: an EOA, which needs no contract. */
async function isDeployed(session: Session, wallet: AccountWallet): Promise<boolean | null> {
  const { settings } = session;
  const { kind } = walletKind(settings.signatureType);
  if (kind === null) return null;
  // The embedded chain has no code anywhere; its relayer knows the wallets.
  if (settings.embeddedVenueUrl !== null) {
    const told = await openRelayer(session).deployed(wallet.address, 'WALLET');
    if (!told.ok) throw new CliProblem(`The relayer cannot be asked: ${told.error}.`);
    return told.value;
  }
  const code = await openRpc(session).call('eth_getCode', [wallet.address, 'latest']);
  if (!code.ok) throw new CliProblem(`The chain cannot be read (${code.error.detail}): check RPC_URL.`);
  return typeof code.value === 'string' && code.value.length > 2;
}

/** Addresses that the signer's wallet of this type can have; empty for an EOA. */
export function derivedWallets(session: Session, wallet: AccountWallet): readonly string[] {
  const owner = wallet.signer.address as Hex;
  const { contracts } = session;
  switch (walletKind(session.settings.signatureType).kind) {
    case null:
      return [];
    case 'proxy':
      return [proxyAddress(contracts, owner)];
    case 'safe':
      return [safeAddress(contracts, owner)];
    case 'deposit-wallet':
      return [null, DEPOSIT_WALLET_BEACON].map((beacon) => depositWalletAddress(contracts, owner, beacon));
  }
}

/** Approves what is missing: exactly the amount, which is the bankroll unless told. Throws `CliProblem`. */
export async function walletApprove(session: Session, options: ApproveOptions): Promise<boolean> {
  const { out, settings, contracts } = session;
  const amountMicro = options.unlimited === true ? null : (options.amountMicro ?? settings.bankrollMicro);
  if (amountMicro === null && options.unlimited !== true) {
    throw new CliProblem('Say how much the exchange may take: --amount, or RUNNER_BANKROLL_USDC, or --unlimited.');
  }
  const wallet = await openWallet(session);
  const account = openChainAccount(session, wallet);
  const state = await account.approvals();
  if (!state.ok) throw new CliProblem(`The approvals cannot be read (${state.error}): check RPC_URL.`);
  const wanted = amountMicro ?? Number.MAX_SAFE_INTEGER;
  const needs = approvalNeeds(contracts);
  // Exactly: a larger one that stands is lowered, too.
  const missing = needs.filter((need) =>
    need.asset === 'pUSD' ? approvedNow(need, state.value) !== wanted : !isApproved(need, state.value, wanted),
  );
  for (const need of needs) {
    const amount =
      need.asset === 'shares'
        ? 'all shares'
        : amountMicro === null
          ? 'UNLIMITED pUSD'
          : `${formatMicro(amountMicro)} pUSD`;
    out.line(`${missing.includes(need) ? 'approve ' : 'stands  '}  ${amount} → ${need.name}   ${need.why}`);
  }
  if (missing.length === 0) {
    out.result({ done: true, approved: [] });
    return true;
  }
  const question = `Send ${missing.length} approvals?${options.unlimited === true ? ' The one of pUSD has no limit.' : ''}`;
  if (!(await session.agree(question, options.yes === true))) return false;
  return sendEach(session, missing, (need) =>
    need.asset === 'pUSD'
      ? account.approvePusd(need.spender, amountMicro)
      : account.approveConditional(need.spender, true),
  );
}

/** Takes every approval back. Throws `CliProblem`. */
export async function walletRevoke(
  session: Session,
  options: { readonly yes?: boolean | undefined },
): Promise<boolean> {
  const { out } = session;
  const account = openChainAccount(session, await openWallet(session));
  const state = await account.approvals();
  if (!state.ok) throw new CliProblem(`The approvals cannot be read (${state.error}): check RPC_URL.`);
  const standing = allApprovals(session).filter((need) => {
    const now = approvedNow(need, state.value);
    return now !== false && now !== 0;
  });
  if (standing.length === 0) {
    out.result({ done: true, revoked: [] });
    out.line('nothing is approved');
    return true;
  }
  for (const { asset, name } of standing) out.line(`revoke    ${asset} → ${name}`);
  const question = `Take ${standing.length} approvals back? Nothing can be bought, sold or redeemed afterwards.`;
  if (!(await session.agree(question, options.yes === true))) return false;
  return sendEach(session, standing, (need) =>
    need.asset === 'pUSD' ? account.approvePusd(need.spender, 0) : account.approveConditional(need.spender, false),
  );
}

/** Those that this program gives, and those that a call of its own that was cut off may have left. */
function allApprovals({ contracts }: Session): readonly ApprovalNeed[] {
  const left = 'left by a call that was cut off';
  return [
    ...approvalNeeds(contracts),
    { asset: 'pUSD', name: 'collateral adapter', spender: contracts.collateralAdapter, why: left },
    { asset: 'pUSD', name: 'offramp', spender: contracts.offramp, why: left },
  ];
}

async function sendEach(
  session: Session,
  needs: readonly ApprovalNeed[],
  send: (need: ApprovalNeed) => Promise<Result<ChainReceipt, ChainFailure>>,
): Promise<boolean> {
  const { out } = session;
  const done: object[] = [];
  for (const need of needs) {
    const sent = await send(need);
    if (!sent.ok) {
      out.result({ done: false, changed: done, failure: chainFailureText(sent.error) });
      throw new CliProblem(`${need.asset} → ${need.name}: ${chainFailureText(sent.error)}.`);
    }
    done.push({
      asset: need.asset,
      name: need.name,
      spender: need.spender,
      transactionHash: sent.value.transactionHash,
    });
    out.line(`mined     ${need.asset} → ${need.name}   ${sent.value.transactionHash}`);
  }
  await refreshVenue(session);
  out.result({ done: true, changed: done });
  return true;
}

/** The venue keeps what it has read of the chain: it is asked to read again (venue notes §3.2). Only where there is a key for it. */
export async function refreshVenue(session: Session): Promise<void> {
  if ((await fullCredentials(session)) === null) return;
  const { clob } = await openClob(session);
  const refreshed = await clob.collateral(true);
  if (refreshed.kind !== 'accepted') session.out.note('The venue did not read the chain again; it will by itself.');
}
