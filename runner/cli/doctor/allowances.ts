/** What the venue's contracts may take, on the chain and as the venue believes. */
import { formatMicro } from '../../../core/model/money.ts';
import { openChainReader } from '../session/chain-access.ts';
import { openReadingClob } from '../session/clob-access.ts';
import { clobFailureText } from '../session/failure-text.ts';
import { accountAddress } from '../session/wallet-access.ts';
import { approvalNeeds, approvedNow } from '../wallet-approvals.ts';
import { type Check, failed, passed } from './check.ts';

const APPROVE = 'run `cli wallet approve`';

export const allowancesCheck: Check = {
  name: 'allowances',
  async run({ session }) {
    const { contracts, settings } = session;
    const address = await accountAddress(session);
    const state = await openChainReader(session, address, address).approvals();
    if (!state.ok) return failed(`the chain cannot be read: ${state.error}`, 'check RPC_URL');
    const wanted = settings.bankrollMicro ?? 1;
    const missing = approvalNeeds(contracts).flatMap((need) => {
      const now = approvedNow(need, state.value);
      if (typeof now === 'boolean') return now ? [] : [`shares → ${need.name}`];
      return now >= wanted ? [] : [`pUSD → ${need.name} (${formatMicro(now)} of ${formatMicro(wanted)})`];
    });
    if (missing.length > 0) return failed(`missing: ${missing.join(', ')}`, APPROVE);
    const { clob } = await openReadingClob(session);
    const told = await clob.collateral(false);
    if (told.kind !== 'accepted')
      return failed(`the venue's view: ${clobFailureText(told)}`, 'run `cli keys create` first');
    const seen = told.value.allowancesMicro[contracts.exchange.toLowerCase()] ?? 0;
    if (seen < wanted) {
      return failed(
        `the chain allows enough, the venue has seen ${formatMicro(seen)} pUSD`,
        `${APPROVE}: it asks the venue to look again`,
      );
    }
    return passed('the exchange may buy and sell, the adapter may redeem and merge');
  },
};
