/**
 * What only a window's end tells: until when orders are accepted, which tick of the price feed is the final price, and how a new market's
 * fees are spelt (venue notes of 2026-11-23, polymarket §5.1, §6).
 */
import type { OfficialResultPublished, ReferencePriceReceived } from '../../../core/model/market-data.ts';
import { SECOND_MS, type UnixMs } from '../../../core/model/time.ts';
import { parseGammaBody } from '../../../core/venue/gamma.ts';
import { parsePolyBoltFrame } from '../../../core/venue/polybolt.ts';
import type { MarketRules } from '../../account/market-rules.ts';
import type { Fact } from '../../facts-file.ts';
import { polyboltQuestion } from '../session/price-questions.ts';
import { readSocket } from '../session/read-socket.ts';
import { firstSeries, windowRules } from '../session/venue-windows.ts';
import { type FactContext, notSettled, settled } from './fact-context.ts';

/** Orders end a few seconds after a window, the final price comes a minute or more later. Product time. */
const ACCEPTING_LOOKED_MS = 120_000;
const RESULT_AFTER_MS = 360_000;
const LOOK_EVERY_MS = 500;
const RESULT_EVERY_MS = 3_000;
/** Ticks that are kept around the boundary. Product time. */
const AROUND_MS = 4_000;
/** Gamma states the price as a number: what it lost in that is less than a millionth of a dollar. */
const SAME_PRICE_E18 = 1_000_000_000_000n;
const TIMEOUT_MS = 5_000;

type Tick = Pick<ReferencePriceReceived, 'tsEvent' | 'priceE18'>;

/** Waits for the running window's end, or says how long that would take. */
export async function settleWindowEnd(context: FactContext): Promise<readonly Fact[]> {
  const { session, access, patienceMs } = context;
  const { clock } = session;
  const rules = await windowRules(session, access.clob, 0);
  const { endMs } = rules.market.window;
  const needsMs = (endMs + RESULT_AFTER_MS - clock.now()) / clock.speed;
  if (needsMs > patienceMs) {
    const why = `it takes up to ${Math.ceil(needsMs / SECOND_MS)} s to see the end of ${rules.market.slug} and its result: raise --patience`;
    return (['accepting-orders-end', 'boundary-tick', 'fee-schedule-spelling'] as const).map((name) =>
      notSettled(name, why),
    );
  }
  session.out.note(
    `Waiting for the end of ${rules.market.slug} and its result, up to ${Math.ceil(needsMs / SECOND_MS)} s.`,
  );
  const untilResultMs = (endMs + RESULT_AFTER_MS - clock.now()) / clock.speed;
  return Promise.all([
    settleAcceptingEnd(context, rules),
    settleBoundaryTick(context, rules),
    settleFeeSpelling(context, rules, untilResultMs),
  ]);
}

async function sleepUntil({ session }: FactContext, atMs: UnixMs): Promise<void> {
  const waitMs = (atMs - session.clock.now()) / session.clock.speed;
  if (waitMs > 0) await session.sleep(waitMs);
}

async function settleAcceptingEnd(context: FactContext, { market }: MarketRules): Promise<Fact> {
  const { session, access } = context;
  const { endMs } = market.window;
  await sleepUntil(context, endMs - 2 * SECOND_MS);
  for (let lastOpenMs: UnixMs | null = null; session.clock.now() < endMs + ACCEPTING_LOOKED_MS; ) {
    const info = await access.clob.market(market.conditionId);
    const nowMs = session.clock.now();
    if (info.kind === 'accepted' && info.value.acceptingOrders) lastOpenMs = nowMs;
    if (info.kind === 'accepted' && !info.value.acceptingOrders) {
      const open = lastOpenMs === null ? '' : `, last seen open ${fromEnd(lastOpenMs, endMs)}`;
      const seconds = Math.round((nowMs - endMs) / SECOND_MS);
      return settled('accepting-orders-end', `closed ${fromEnd(nowMs, endMs)}${open}`, seconds);
    }
    await session.sleep(LOOK_EVERY_MS / session.clock.speed);
  }
  return notSettled('accepting-orders-end', `still accepting ${ACCEPTING_LOOKED_MS / SECOND_MS} s after endDate`);
}

function fromEnd(atMs: UnixMs, endMs: UnixMs): string {
  const seconds = (Math.abs(atMs - endMs) / SECOND_MS).toFixed(1);
  return `${seconds} s ${atMs < endMs ? 'before' : 'after'} endDate`;
}

async function settleBoundaryTick(context: FactContext, rules: MarketRules): Promise<Fact> {
  const { session, access } = context;
  const { endMs } = rules.market.window;
  const ticks: Tick[] = [];
  await sleepUntil(context, endMs - AROUND_MS);
  const listenMs = (endMs + AROUND_MS - session.clock.now()) / session.clock.speed + LATE_FRAMES_MS;
  const answer = await readSocket<true>(
    session,
    polyboltQuestion(session, access.stored.credentials, (frame): true | null => {
      for (const event of parsePolyBoltFrame(frame).events) {
        const isNear = Math.abs(event.tsEvent - endMs) <= AROUND_MS;
        if (event.type === 'reference-price-received' && event.lookbackSeconds > 0 && isNear) ticks.push(event);
      }
      return null;
    }),
    listenMs,
  );
  if (ticks.length === 0)
    return notSettled(
      'boundary-tick',
      `no tick was seen around the boundary (${answer.seen === null ? answer.detail : ''})`,
    );
  while (session.clock.now() < endMs + RESULT_AFTER_MS) {
    const finalE18 = await finalPrice(context, rules);
    if (finalE18 !== null) return boundaryFact(ticks, endMs, finalE18);
    await session.sleep(RESULT_EVERY_MS / session.clock.speed);
  }
  return notSettled('boundary-tick', `Gamma has not stated the final price of ${rules.market.slug} in time`);
}

/** Frames come up to three seconds after their own time (venue notes §5.4). Wall time. */
const LATE_FRAMES_MS = 3_000;

/** Which of the ticks the official price is. */
export function boundaryFact(ticks: readonly Tick[], endMs: UnixMs, finalE18: bigint): Fact {
  const same = ticks.filter(({ priceE18 }) => {
    const apart = priceE18 > finalE18 ? priceE18 - finalE18 : finalE18 - priceE18;
    return apart <= SAME_PRICE_E18;
  });
  const offsets = [...new Set(same.map(({ tsEvent }) => tsEvent - endMs))];
  const [offsetMs] = offsets;
  if (offsetMs === undefined)
    return notSettled('boundary-tick', `none of ${ticks.length} ticks around the boundary is the official final price`);
  if (offsets.length > 1)
    return notSettled('boundary-tick', 'several ticks around the boundary had the same price: try another window');
  const where = offsetMs === 0 ? 'stamped exactly at the boundary' : `stamped ${offsetMs} ms from the boundary`;
  return settled('boundary-tick', `the official final price is the tick ${where}`, offsetMs);
}

async function finalPrice({ session }: FactContext, { market }: MarketRules): Promise<bigint | null> {
  const url = `${session.settings.addresses.gammaUrl}/events/slug/${market.slug}`;
  const answer = await session.http.request({ method: 'GET', url, headers: {}, body: null, timeoutMs: TIMEOUT_MS });
  if (!('status' in answer) || answer.status !== 200) return null;
  const result = parseGammaBody(firstSeries(session))(answer.body).events.find(
    (event): event is OfficialResultPublished => event.type === 'official-result-published',
  );
  return result?.finalE18 ?? null;
}

async function settleFeeSpelling({ session }: FactContext, { market }: MarketRules, withinMs: number): Promise<Fact> {
  const { up, down } = market.tokens;
  const opening = [JSON.stringify({ type: 'market', assets_ids: [up, down], custom_feature_enabled: true })];
  const url = session.settings.addresses.marketChannelUrl;
  const ping = { frame: 'PING', everyMs: 10_000 };
  const answer = await readSocket(session, { url, opening, ping, onFrame: feeScheduleKeys }, withinMs);
  if (answer.seen === null) return notSettled('fee-schedule-spelling', `no new_market message: ${answer.detail}`);
  return settled('fee-schedule-spelling', `new_market spells ${answer.seen.join(', ')}`, [...answer.seen]);
}

/** Keys of the fee schedule in a `new_market` message; `null` for any other frame. */
export function feeScheduleKeys(frame: string): readonly string[] | null {
  if (!frame.includes('"new_market"')) return null;
  try {
    const parsed: unknown = JSON.parse(frame);
    for (const message of Array.isArray(parsed) ? parsed : [parsed]) {
      const schedule: unknown =
        typeof message === 'object' && message !== null ? Reflect.get(message, 'fee_schedule') : null;
      if (typeof schedule === 'object' && schedule !== null) return Object.keys(schedule);
    }
  } catch {
    // A frame that is no JSON tells nothing.
  }
  return null;
}
