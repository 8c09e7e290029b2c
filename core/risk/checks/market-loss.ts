/** The worst loss of one window: what is held, what stands, is in flight or unknown, and the new order. */
import { limitBaseMicro, marketLossWith, overLimit } from '../loss-limit.ts';
import type { RiskCheck } from '../risk-check.ts';
import { isRestrictedContext } from '../risk-context.ts';

export const marketLoss: RiskCheck = {
  name: 'loss of one window',
  codes: ['max-market-loss'],
  check: (intent, context) =>
    isRestrictedContext(context)
      ? null
      : overLimit(
          'max-market-loss',
          marketLossWith(intent, context),
          context.config.maxMarketPpm,
          limitBaseMicro(context),
        ),
};
