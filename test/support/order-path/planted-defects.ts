/**
 * Defects that the crash matrix has to find: each is a plausible mistake, made by a wrapper around a part or a port of the runner, or by
 * opening the object's output gate. The product's code knows nothing of them.
 */

import type { VenueOrderId } from '../../../core/model/identifiers.ts';
import type { ApprovedOrder } from '../../../core/model/order.ts';
import { ok } from '../../../core/model/result.ts';
import type { LinkFact } from '../../../core/protocol/runner-link.ts';
import { createAccount } from '../../../runner/account/account.ts';
import type { SeriesIntake } from '../../../runner/account/series-port.ts';
import type { CancelAnswer, ClobClient, Outcome, VenueOrder } from '../../../runner/clob/clob-client.ts';
import type { RunnerPorts, SocketsPort } from '../../../runner/ports.ts';
import { createSeriesLink } from '../../../runner/series-link.ts';
import type { OrderSigner, SigningMarket } from '../../../runner/signer/order-signer.ts';
import { openVenueAccess } from '../../../runner/venue-access.ts';
import type { RunnerDefects } from './runner-process.ts';
import type { SeededPlan } from './seeded-run.ts';

export interface PlantedDefect {
  readonly name: string;
  /** Seeds whose plan is of use to it: the others could not show it. */
  readonly concerns: (plan: SeededPlan) => boolean;
  /** It is found among so many of them. */
  readonly withinSeeds: number;
  readonly changes: (plan: SeededPlan) => Partial<SeededPlan>;
}

interface Remembered {
  readonly order: ApprovedOrder;
  readonly market: SigningMarket;
  readonly sentMs: number;
}

interface ClobTools {
  readonly ports: RunnerPorts;
  readonly signer: OrderSigner;
  /** What was signed, by its hash. */
  readonly signed: ReadonlyMap<VenueOrderId, Remembered>;
}

/** A client that is not quite right. */
function withClob(wrap: (clob: ClobClient, tools: ClobTools) => Partial<ClobClient>): RunnerDefects {
  return {
    parts: {
      async openVenueAccess(settings, ports, isOurOrder) {
        const access = await openVenueAccess(settings, ports, isOurOrder);
        if (!access.ok) return access;
        const signed = new Map<VenueOrderId, Remembered>();
        const signer: OrderSigner = {
          ...access.value.signer,
          sign(order, market, expirationS) {
            const result = access.value.signer.sign(order, market, expirationS);
            if (result.ok) signed.set(result.value.orderHash, { order, market, sentMs: ports.clock.monotonicMs() });
            return result;
          },
        };
        const { clob } = access.value;
        const wrapped = { ...clob, ...wrap(clob, { ports, signer: access.value.signer, signed }) };
        return ok({ ...access.value, signer, clob: wrapped });
      },
    },
  };
}

/** A link that hands intents on not quite as it should. */
function withIntake(wrap: (intake: SeriesIntake) => Partial<SeriesIntake>): RunnerDefects {
  return {
    parts: {
      createSeriesLink: (deps) => createSeriesLink({ ...deps, intake: { ...deps.intake, ...wrap(deps.intake) } }),
    },
  };
}

/** Facts that do not reach the series as they were told. `null`: not at all. */
function withFacts(change: (fact: LinkFact) => LinkFact | null): RunnerDefects {
  return {
    parts: {
      createAccount(deps) {
        const account = createAccount(deps);
        return {
          ...account,
          bind: (outlet) =>
            account.bind({
              series: outlet.series,
              get linked() {
                return outlet.linked;
              },
              fact(told) {
                const changed = change(told);
                if (changed !== null) outlet.fact(changed);
              },
            }),
        };
      },
    },
  };
}

const defect = (
  name: string,
  runner: () => RunnerDefects,
  concerns: PlantedDefect['concerns'],
  withinSeeds: number,
  more: Partial<SeededPlan> = {},
): PlantedDefect => ({ name, concerns, withinSeeds, changes: () => ({ ...more, defects: runner() }) });

/** The order as the venue would state it once it had been cancelled. */
function canceledOrder(orderHash: VenueOrderId, { order }: Remembered): VenueOrder {
  return {
    orderHash,
    status: 'canceled',
    statusText: 'CANCELED',
    conditionId: '' as VenueOrder['conditionId'],
    tokenId: order.tokenId,
    side: order.side,
    priceTicks: order.priceTicks,
    originalMicro: order.amount.unit === 'shares' ? order.amount.sizeMicro : 0,
    matchedMicro: 0,
    timeInForce: order.timeInForce,
    tradeIds: [],
  };
}

const goneWhenMissing = (afterMs: number): RunnerDefects =>
  withClob((clob, { ports, signed }) => ({
    async order(orderHash) {
      const answer = await clob.order(orderHash);
      const known = signed.get(orderHash);
      if (answer.kind !== 'accepted' || answer.value !== null || known === undefined) return answer;
      return ports.clock.monotonicMs() - known.sentMs >= afterMs
        ? { kind: 'accepted', value: canceledOrder(orderHash, known) }
        : answer;
    },
  }));

const takenAsDone = async (
  orders: readonly VenueOrderId[],
  asked: Promise<Outcome<CancelAnswer>>,
): Promise<Outcome<CancelAnswer>> => {
  const answer = await asked;
  return answer.kind === 'accepted' ? answer : { kind: 'accepted', value: { canceled: orders, notCanceled: [] } };
};

/** Each later delivery of a match under a name of its own, as if nobody remembered the first. */
function forgetfulChannel(sockets: SocketsPort): SocketsPort {
  const seen = new Map<string, number>();
  return {
    open: (url, handlers, headers) =>
      sockets.open(
        url,
        {
          ...handlers,
          onMessage(frame) {
            const message = frame.startsWith('{') ? (JSON.parse(frame) as Record<string, unknown>) : {};
            const id =
              message['event_type'] === 'trade' && message['status'] === 'MATCHED' ? String(message['id']) : null;
            const times = id === null ? 0 : (seen.get(id) ?? 0);
            if (id !== null) seen.set(id, times + 1);
            handlers.onMessage(
              id === null || times === 0 ? frame : JSON.stringify({ ...message, id: `${id}-${times}` }),
            );
          },
        },
        headers,
      ),
  };
}

const always = (): boolean => true;
const isLostOnItsWay = ({ course, faults }: SeededPlan): boolean =>
  course === 'accepted' && (faults ?? []).some(({ fault }) => fault.kind === 'lose-response');
/** Orders arrive when everybody has given them up, and nothing else goes wrong. */
const VERY_SLOW: Partial<SeededPlan> = {
  faults: [],
  crashes: [],
  slow: [{ route: 'POST /order', delaysMs: [0, 12_000, 0, 12_000, 0, 12_000] }],
};
const losesCancels = ({ faults }: SeededPlan): boolean =>
  (faults ?? []).some(({ match, fault }) => match.route === 'DELETE /order' && fault.kind === 'lose-request');

/** All of them. */
export const PLANTED_DEFECTS: readonly PlantedDefect[] = [
  defect(
    'a match that is told again is booked again',
    () => ({ ports: (ports) => ({ ...ports, sockets: forgetfulChannel(ports.sockets) }) }),
    ({ faults }) =>
      (faults ?? []).some(({ match, fault }) => match.route === 'trade' && fault.kind === 'repeat-message'),
    10,
  ),
  defect(
    'what is sent again has a new salt',
    () => {
      const placed = new Set<VenueOrderId>();
      return withClob((clob, { signer, signed }) => ({
        place(order, limit) {
          const known = signed.get(order.orderHash);
          if (!placed.has(order.orderHash) || known === undefined) {
            placed.add(order.orderHash);
            return clob.place(order, limit);
          }
          const renewed = { ...known.order, salt: known.order.salt + 1 } as ApprovedOrder;
          const again = signer.sign(renewed, known.market);
          return clob.place(again.ok ? again.value : order, limit);
        },
      }));
    },
    isLostOnItsWay,
    25,
  ),
  {
    name: 'a turn is acknowledged before it is stored',
    concerns: ({ crashes }) =>
      crashes?.some(({ point }) => /^object commit (ack|submit-order) before$/.test(point.name)) ?? false,
    withinSeeds: 12,
    changes: () => ({ outputGate: false }),
  },
  defect('a lapsed lease cancels nothing', () => withIntake(() => ({ leaseLapsed: () => undefined })), always, 10, {
    faults: [],
    slow: [],
    linkDelays: [],
    crashes: [],
    lostObject: { atMs: 12_000, forMs: 14_000 },
  }),
  defect(
    'a resume is not answered',
    () => withIntake(() => ({ resumed: () => undefined })),
    ({ course, crashes }) => course === 'never-seen' && (crashes?.some(({ dies }) => dies !== 'object') ?? false),
    60,
  ),
  defect(
    'a time-out counts as a refusal',
    () =>
      withClob((clob) => ({
        async place(order, limit) {
          const outcome = await clob.place(order, limit);
          if (outcome.kind !== 'ambiguous') return outcome;
          return { kind: 'rejected', code: 'other', detail: outcome.detail, duplicated: false };
        },
      })),
    isLostOnItsWay,
    10,
  ),
  defect(
    'an unknown order is told as refused',
    () =>
      withFacts((told) => {
        if (told.type !== 'submission-unknown') return told;
        return { ...told, type: 'order-rejected', code: 'other', detail: '' };
      }),
    isLostOnItsWay,
    10,
  ),
  defect('an order that the venue does not know is gone', () => goneWhenMissing(0), always, 10, VERY_SLOW),
  defect('an order that is missing for 5 s is gone', () => goneWhenMissing(5_000), always, 10, VERY_SLOW),
  defect(
    'the time after which an order must not leave is ignored',
    () =>
      withIntake((intake) => ({
        submit: (order, cause) =>
          intake.submit({ ...order, notAfterMs: order.notAfterMs + 60_000 } as ApprovedOrder, cause),
      })),
    ({ linkDelays }) => (linkDelays ?? []).some(({ delayMs }) => delayMs > 3_000),
    25,
  ),
  defect(
    'matches are dropped once a cancel was asked for',
    () => {
      const leaving = new Set<string>();
      const facts = withFacts((told) =>
        told.type === 'order-filled' && leaving.has(told.clientOrderId) ? null : told,
      );
      const intents = withIntake((intake) => ({
        cancel(clientOrderId, cause) {
          leaving.add(clientOrderId);
          intake.cancel(clientOrderId, cause);
        },
      }));
      return { parts: { ...facts.parts, ...intents.parts } };
    },
    ({ scenario }) => scenario === 'quote',
    60,
  ),
  defect(
    'kill and lease are looked at before a wait, and not after it',
    () =>
      withClob((clob, { ports }) => ({
        async place(order, limit) {
          await new Promise<void>((resolve) => void ports.timers.after(2_000, resolve));
          return clob.place(order, limit);
        },
      })),
    ({ scenario }) => scenario === 'kill',
    15,
  ),
  defect(
    'an order is written down after it has left',
    () => ({
      ports: (ports) => ({
        ...ports,
        disk: {
          ...ports.disk,
          append(name, line) {
            if (!line.startsWith('{"kind":"sent"')) ports.disk.append(name, line);
            else ports.timers.after(20, () => ports.disk.append(name, line));
          },
        },
      }),
    }),
    always,
    3,
  ),
  defect(
    'a cancel that was not answered counts as done',
    () =>
      withClob((clob) => ({
        cancel: (orderHash) => takenAsDone([orderHash], clob.cancel(orderHash)),
        cancelMany: (orderHashes) => takenAsDone(orderHashes, clob.cancelMany(orderHashes)),
      })),
    losesCancels,
    10,
  ),
  defect(
    'a match whose settlement failed stays booked',
    () => withFacts((told) => (told.type === 'fill-settlement-changed' && told.status === 'failed' ? null : told)),
    ({ faults }) => (faults ?? []).some(({ fault }) => fault.kind === 'settlement' && fault.fails),
    25,
  ),
];
