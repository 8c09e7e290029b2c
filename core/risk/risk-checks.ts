/**
 * Every check, in the order in which it is asked; the first that refuses gives the one reason. First what the order is, then whether
 * anything may be sent at all, then what is known, then what it could cost.
 */
import { agreeingInputs } from './checks/agreeing-inputs.ts';
import { availableFunds } from './checks/available-funds.ts';
import { clock } from './checks/clock.ts';
import { consecutiveLosses } from './checks/consecutive-losses.ts';
import { dailyLoss } from './checks/daily-loss.ts';
import { freshInputs } from './checks/fresh-inputs.ts';
import { knownMarket } from './checks/known-market.ts';
import { marketLoss } from './checks/market-loss.ts';
import { orderLoss } from './checks/order-loss.ts';
import { orderRate } from './checks/order-rate.ts';
import { orderSize } from './checks/order-size.ts';
import { priceCollar } from './checks/price-collar.ts';
import { priceGrid } from './checks/price-grid.ts';
import { probeCap } from './checks/probe-cap.ts';
import { reconciliation } from './checks/reconciliation.ts';
import { ruleGuard } from './checks/rule-guard.ts';
import { totalLoss } from './checks/total-loss.ts';
import { tradingState } from './checks/trading-state.ts';
import { venueMode } from './checks/venue-mode.ts';
import { windowOpen } from './checks/window-open.ts';
import type { RiskCheck } from './risk-check.ts';

export const RISK_CHECKS: readonly RiskCheck[] = [
  knownMarket,
  ruleGuard,
  priceGrid,
  orderSize,
  clock,
  reconciliation,
  tradingState,
  venueMode,
  windowOpen,
  freshInputs,
  agreeingInputs,
  priceCollar,
  probeCap,
  orderRate,
  consecutiveLosses,
  availableFunds,
  orderLoss,
  marketLoss,
  totalLoss,
  dailyLoss,
];
