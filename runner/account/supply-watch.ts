/**
 * What chain calls are made with: gas money of an own account, the relayer's quota of a contract wallet. A person is told once when it runs
 * low, and again only after it was well: without it nothing is redeemed or merged, and cash stays locked.
 */
import type { AccountContext } from './account-state.ts';
import { tell } from './account-state.ts';

export interface SupplyWatch {
  /** Takes a look at what the chain was last seen to hold; `null`: nothing was read. */
  look(polWei: bigint | null): void;
}

/** 0.2 POL: some forty redemptions at 30 gwei, half a day of windows. */
export const LOW_POL_WEI = 200_000_000_000_000_000n;
/** Of the relayer's 25 submissions a minute (venue notes of 2026-11-23, polymarket §3.5). */
export const LOW_QUOTA = 5;
const WEI_DIGITS = 18;
const SHOWN_DIGITS = 4;

/** Nothing is low yet. */
export function createSupplyWatch({ state, chain, ports }: AccountContext): SupplyWatch {
  const low = new Set<string>();

  const note = (code: string, isLow: boolean, detail: string): void => {
    if (!isLow) low.delete(code);
    if (!isLow || low.has(code)) return;
    low.add(code);
    for (const { config } of state.series.values()) {
      tell(state, config.slug, {
        type: 'runner-alerted',
        code,
        severity: 'warning',
        detail,
        tsEvent: ports.clock.now(),
      });
    }
  };

  return {
    look(polWei) {
      if (chain === null) return;
      const { relayerQuota } = chain;
      if (relayerQuota !== null) {
        const detail = `The relayer takes ${relayerQuota} more calls in this minute: redemption waits.`;
        note('low-relayer-quota', relayerQuota < LOW_QUOTA, detail);
      } else if (polWei !== null) {
        const detail = `The account has ${inPol(polWei)} POL for gas: send it some, or nothing can be redeemed.`;
        note('low-gas', polWei < LOW_POL_WEI, detail);
      }
    },
  };
}

function inPol(wei: bigint): string {
  const digits = wei.toString().padStart(WEI_DIGITS + 1, '0');
  return `${digits.slice(0, -WEI_DIGITS)}.${digits.slice(-WEI_DIGITS, -WEI_DIGITS + SHOWN_DIGITS)}`;
}
