/** One fact of each kind, with invented figures. */
import type {
  AuditFact,
  DailyPnlFact,
  FillFact,
  LedgerEntryFact,
  MarkoutFact,
  OrderFact,
  PositionFact,
  StrategyPnlFact,
  WindowFact,
} from '../../../core/model/fact.ts';

/** 2026-11-23T16:40:00Z: start of a window. */
const START_MS = 1_795_452_000_000;
const place = { series: 'btc-updown-5m', windowStartMs: START_MS };
const trade = { ...place, strategy: 'market-maker', outcome: 'up', side: 'buy', priceTicks: 4_800 } as const;

export const exampleOrderFact: OrderFact = {
  kind: 'order',
  ...trade,
  clientOrderId: 'mm-1',
  venueOrderId: null,
  tokenId: '104239898038807136052399800151408521467737075933964991162589336683346093173875',
  timeInForce: 'GTC',
  postOnly: true,
  sizeMicro: 10_000_000,
  spendMicro: null,
  filledMicro: 4_000_000,
  status: 'canceled',
  statusDetail: 'requested',
  createdMs: START_MS + 1_000,
  endedMs: START_MS + 30_000,
};

export const exampleFillFact: FillFact = {
  kind: 'fill',
  ...trade,
  tradeId: 't-1',
  clientOrderId: 'mm-1',
  sizeMicro: 4_000_000,
  feeMicro: 0,
  liquidity: 'maker',
  filledAtMs: START_MS + 9_000,
  settlement: 'matched',
};

export const examplePositionFact: PositionFact = {
  kind: 'position',
  ...place,
  outcome: 'up',
  tokenId: exampleOrderFact.tokenId,
  sizeMicro: 4_000_000,
  costMicro: 1_920_000,
  feesMicro: 0,
  payoutMicro: 4_000_000,
  realizedPnlMicro: 2_080_000,
};

export const exampleWindowFact: WindowFact = {
  kind: 'window',
  ...place,
  windowEndMs: START_MS + 300_000,
  slug: 'btc-updown-5m-1795452000',
  conditionId: `0x${'12'.repeat(32)}`,
  strike: '84501.203450000000000001',
  final: '84502',
  outcome: 'up',
  officialOutcome: null,
  officialStrike: null,
  verification: 'missing',
  tradable: true,
  decision: 'quoted: two-sided',
  orders: 1,
  fills: 1,
  feesMicro: 0,
  realizedPnlMicro: 2_080_000,
  worstFeedAgeMs: 940,
  worstFeed: 'binance-depth',
  closedAtMs: START_MS + 400_000,
};

export const exampleDailyPnlFact: DailyPnlFact = {
  kind: 'daily-pnl',
  series: 'btc-updown-5m',
  dayStartMs: 1_795_392_000_000,
  windows: 200,
  fills: 31,
  feesMicro: 120_000,
  costsMicro: 1_500,
  realizedPnlMicro: -3_000_000,
};

const drifts = {
  edgeMicro: 60_000,
  drift1sMicro: -40_000,
  drift5sMicro: 0,
  drift30sMicro: 20_000,
  drift60sMicro: -120_000,
  driftSettlementMicro: 2_160_000,
};

export const exampleMarkoutFact: MarkoutFact = {
  kind: 'markout',
  ...trade,
  tradeId: 't-1',
  clientOrderId: 'mm-1',
  ledger: 'sim',
  liquidity: 'maker',
  sizeMicro: 4_000_000,
  filledAtMs: START_MS + 9_000,
  ...drifts,
  feeMicro: 0,
  realizedPnlMicro: 2_080_000,
  carriedMarks: 0,
  worstMarkDelayMs: 90,
  failed: false,
};

export const exampleStrategyPnlFact: StrategyPnlFact = {
  kind: 'strategy-pnl',
  ...place,
  ledger: 'sim',
  strategy: 'market-maker',
  outcome: 'up',
  fills: 1,
  sharesMicro: 4_000_000,
  boughtMicro: 1_920_000,
  soldMicro: 0,
  feesMicro: 0,
  payoutMicro: 4_000_000,
  pnlMicro: 2_080_000,
  ...drifts,
  carriedMarks: 0,
  rebateAccruedMicro: 13_977,
};

export const exampleLedgerEntryFact: LedgerEntryFact = {
  kind: 'ledger-entry',
  series: 'btc-updown-5m',
  atMs: START_MS + 420_000,
  id: 'redemption',
  ledger: 'sim',
  entry: 'redemption',
  windowStartMs: null,
  strategy: null,
  amountMicro: 4_000_000,
};

export const exampleAuditFact: AuditFact = {
  kind: 'audit',
  series: 'btc-updown-5m',
  id: 'command-1',
  actor: 'operator',
  action: 'pause',
  detail: 'applied',
  atMs: START_MS,
};

export const EXAMPLE_FACTS = [
  exampleOrderFact,
  exampleFillFact,
  examplePositionFact,
  exampleWindowFact,
  exampleDailyPnlFact,
  exampleMarkoutFact,
  exampleStrategyPnlFact,
  exampleLedgerEntryFact,
  exampleAuditFact,
];
