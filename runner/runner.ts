/**
 * The runner as a whole, on whatever ports it is given: the account, one link for each series, the user channel, the guards. Nothing here
 * decides about orders.
 */
import type { VenueOrderId } from '../core/model/identifiers.ts';
import { err, ok, type Result } from '../core/model/result.ts';
import { type Account, createAccount } from './account/account.ts';
import type { DrainReport } from './account/drain.ts';
import { liveRefusals } from './account/live-guards.ts';
import { type Repeated, repeat } from './account/repeat.ts';
import { POLYGON } from './chain/contracts.ts';
import { keepWarm } from './clob/keep-warm.ts';
import { createUserChannel } from './clob/user-channel.ts';
import type { ControlRequest } from './control-socket.ts';
import { keyFileProblem, type RunnerSettings } from './env.ts';
import { REAL_FEED_ORIGINS } from './link/feed-relay.ts';
import type { RunnerPorts, SocketsPort } from './ports.ts';
import { createSeriesLink, type SeriesLink } from './series-link.ts';
import { openVenueAccess } from './venue-access.ts';

export interface RunnerDeps {
  readonly settings: RunnerSettings;
  readonly ports: RunnerPorts;
  readonly runnerId: string;
  /** The way to the Worker, which is no business of the proxy to the venue. */
  readonly linkSockets: SocketsPort;
  /** Where no key may be kept. */
  readonly repository: string;
  /** In place of the parts that it is made of. */
  readonly parts?: Partial<RunnerParts>;
}

/** What makes the three parts that everything goes through. */
export interface RunnerParts {
  readonly openVenueAccess: typeof openVenueAccess;
  readonly createAccount: typeof createAccount;
  readonly createSeriesLink: typeof createSeriesLink;
}

const PARTS: RunnerParts = { openVenueAccess, createAccount, createSeriesLink };

export interface Runner {
  readonly account: Account;
  readonly wallet: string;
  /** Begins; resolves once every series is linked and the account is reconciled. */
  start(): Promise<void>;
  /** What the command line asks. `onDrain` ends the process. */
  control(request: ControlRequest, onDrain: () => void): Promise<unknown>;
  /** In order: no new orders, everything cancelled and known, reconciled, links told. */
  drain(): Promise<DrainReport>;
}

/** Between two looks at whether everything is there. Wall time. */
const READY_LOOK_MS = 100;
/** A guard that is not green is looked at again. Wall time. */
const GUARD_EVERY_MS = 30_000;
/** What was told to the links last has to leave. Wall time. */
const FAREWELL_MS = 250;

/** Puts it together; asks the venue for credentials where none are set. Refused with one sentence. */
export async function createRunner(deps: RunnerDeps): Promise<Result<Runner, string>> {
  const { settings, ports, runnerId } = deps;
  const { timers, log, clock } = ports;
  const parts = { ...PARTS, ...deps.parts };
  let account: Account | null = null;
  const isOurOrder = (orderHash: VenueOrderId): boolean => account?.knows(orderHash) ?? false;
  const access = await parts.openVenueAccess(settings, ports, isOurOrder);
  if (!access.ok) return err(access.error);
  const { clob, signer, chain, credentials, identity, wallet } = access.value;
  const own = parts.createAccount({
    ports,
    clob,
    signer,
    chain,
    config: {
      series: settings.series,
      caps: settings.caps,
      bankrollMicro: settings.bankrollMicro,
      gammaUrl: settings.addresses.gammaUrl,
      clobUrl: settings.addresses.clobUrl,
    },
    exchangeAddress: POLYGON.exchange,
  });
  account = own;

  const links: SeriesLink[] = settings.series.map(({ slug }) =>
    parts.createSeriesLink({
      ports,
      series: slug,
      url: settings.workerUrl,
      key: settings.linkKey,
      runnerId,
      intake: own.intake(slug),
      linkSockets: deps.linkSockets,
      feedSockets: ports.sockets,
      feedOrigins:
        settings.embeddedVenueUrl === null ? REAL_FEED_ORIGINS : [settings.embeddedVenueUrl.replace(/^http/, 'ws')],
    }),
  );
  for (const link of links) own.bind(link);

  const channel = createUserChannel({
    url: settings.addresses.userChannelUrl,
    credentials,
    identity,
    sockets: ports.sockets,
    clock,
    timers,
    random: ports.random,
    handlers: {
      onMessage: own.channelMessage,
      onState(state, detail) {
        log.log(state === 'open' ? 'info' : 'warn', 'The user channel has changed.', { state, detail });
        own.channelState(state);
      },
      onRejected({ reason, detail }) {
        log.log('error', 'A message of the user channel cannot be read.', { reason, detail });
        own.channelRejected(`${reason} in ${detail}`);
      },
    },
  });

  let guardLoop: Repeated | null = null;
  let stopWarming = (): void => undefined;
  /** Green once is enough: what may change later has restrictions of its own. */
  const checkGuards = (): void => {
    const refusals = liveRefusals({
      ...own.liveFacts(),
      isLive: settings.mode === 'live',
      confirmed: settings.liveConfirmed,
      keyFileProblem: settings.keyFile === null ? null : keyFileProblem(settings.keyFile, deps.repository),
      bankrollMicro: settings.bankrollMicro,
      learningBudgetMicro: settings.learningBudgetMicro,
    });
    own.guard(refusals);
    if (refusals.length === 0) guardLoop?.stop();
  };
  const pause = (ms: number): Promise<void> => new Promise((resolve) => void timers.after(ms, resolve));

  /** The money of the account, to the one address that this runner's own settings name. Only while nothing may be opened. */
  const cashOut = async (): Promise<unknown> => {
    const destination = settings.cashoutDestination;
    if (destination === null) throw new Error('CASHOUT_DEST is not set on the runner.');
    if (chain === null) throw new Error('The runner has no way to the chain: set RPC_URL.');
    const { openOrders, series } = own.status();
    if (openOrders > 0) throw new Error(`${openOrders} orders are still open: run \`cli cancel\` first.`);
    if (series.some(({ mode }) => mode === 'active')) throw new Error('Series still trade: run `cli pause` first.');
    const before = await chain.balances([]);
    if (!before.ok) throw new Error(before.error);
    const hashes: string[] = [];
    if (before.value.pusdMicro > 0) {
      const unwrapped = await chain.unwrap(before.value.pusdMicro, wallet.funderAddress);
      if (!unwrapped.ok) throw new Error(`Unwrapping: ${unwrapped.error.detail}`);
      hashes.push(unwrapped.value.transactionHash);
    }
    const between = await chain.balances([]);
    if (!between.ok) throw new Error(between.error);
    const sentMicro = between.value.usdceMicro;
    if (sentMicro > 0) {
      const sent = await chain.transferUsdce(sentMicro, destination);
      if (!sent.ok) throw new Error(`Sending: ${sent.error.detail}`);
      hashes.push(sent.value.transactionHash);
    }
    return { destination, sentMicro, hashes };
  };

  return ok({
    account: own,
    wallet: wallet.funderAddress,
    async start() {
      if (settings.mode === 'live') own.guard(['The guards of live trading have not been checked yet.']);
      own.start();
      channel.start();
      stopWarming = keepWarm(clob, timers);
      for (const link of links) link.start();
      while ((await own.reconcile()) === 'incomplete') await pause(GUARD_EVERY_MS / 30);
      if (settings.mode === 'live') {
        guardLoop = repeat(timers, GUARD_EVERY_MS, checkGuards, (error) =>
          log.log('error', 'Checking the guards threw.', { detail: String(error) }),
        );
        checkGuards();
      }
      while (!links.every(({ linked }) => linked)) await pause(READY_LOOK_MS);
    },
    async control(request, onDrain) {
      switch (request.command) {
        case 'status':
          return {
            ...own.status(),
            mode: settings.mode,
            wallet: wallet.funderAddress,
            links: links.map(({ series, linked, pendingFacts, detail }) => ({ series, linked, pendingFacts, detail })),
          };
        case 'cancel':
          return { canceled: await own.cancelAll(request.series), open: own.status().openOrders };
        case 'redeem':
          await own.redeem();
          return { redeemableMicro: own.status().redeemableMicro };
        case 'cash-out':
          return cashOut();
        case 'latch':
          own.apply(request.verb, request.series, request.commandId);
          return { latches: own.status().latches };
        case 'drain':
          onDrain();
          return {};
        default:
          request satisfies never;
          return null;
      }
    },
    async drain() {
      guardLoop?.stop();
      stopWarming();
      const report = await own.drain();
      for (const link of links) link.stop('it was told to stop');
      await pause(FAREWELL_MS);
      channel.stop();
      own.stop();
      return report;
    },
  });
}
