/** Money for the throw-away wallet: the bankroll in pUSD, gas, and the approvals that a real account gives once (`cli wallet approve`). */
import * as z from 'zod';
import type { MoneyMicro } from '../../core/model/money.ts';
import { RunProblem } from './problem.ts';

const accountSchema = z.object({ pusdMicro: z.number(), polWei: z.string() });
/** A hundred POL: ten thousand redemptions. */
const POL_WEI = '100000000000000000000';

/** Fills a wallet that has never had anything; one that a continued world knows is left alone. */
export async function fillWallet(venueUrl: string, address: string, pusdMicro: MoneyMicro): Promise<void> {
  const asked = await fetch(`${venueUrl}/account/${address}`);
  if (asked.status === 200 && BigInt(accountSchema.parse(await asked.json()).polWei) > 0n) return;
  const body = JSON.stringify({ address, pusdMicro, polWei: POL_WEI, approve: true });
  const answer = await fetch(`${venueUrl}/faucet`, { method: 'POST', body });
  if (answer.status !== 200) throw new RunProblem(`The embedded venue gives no money: ${await answer.text()}`);
}
