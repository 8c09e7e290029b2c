import { describe, expect, test } from 'vitest';
import { helloMac } from '../../core/protocol/link-auth.ts';
import {
  LINK_PROTOCOL_VERSION,
  type LinkFrameToRunner,
  type LinkMessageToRunner,
} from '../../core/protocol/runner-link.ts';
import { seriesStatus } from '../../durable-objects/series-status.ts';
import { WINDOW_MS, WINDOW_START_MS } from '../support/builders.ts';
import { LINK_KEY } from '../support/link-world.ts';
import { type SimulatedSeries, simulateSeries } from '../support/simulated-series.ts';

const TIMEOUT_MS = 300_000;
const ORIGIN_MS = WINDOW_START_MS - 20_000;

/** A runner that answers its challenge and its leases, and keeps what it is sent. */
function linkTo(series: SimulatedSeries) {
  const messages: LinkMessageToRunner[] = [];
  const closed: string[] = [];
  const { link, settings } = series.runtime;
  const wallMs = () => series.virtual.clock.wallMs();
  const answers: unknown[] = [];
  const handlers = link.attach(
    {
      send(frame) {
        for (const message of (JSON.parse(frame) as LinkFrameToRunner).messages) {
          messages.push(message);
          if (message.type === 'lease') answers.push({ type: 'lease-ack', number: message.number, wallMs: wallMs() });
          if (message.type !== 'challenge') continue;
          const { epoch, nonce } = message;
          const proof = {
            protocol: LINK_PROTOCOL_VERSION,
            runnerId: 'r1',
            keyId: LINK_KEY.id,
            epoch,
            timeMs: wallMs(),
          };
          const mac = helloMac(LINK_KEY, { ...proof, series: settings.config.series.slug, nonce });
          answers.push({ type: 'hello', ...proof, mac });
        }
        series.virtual.timers.after(1, () => {
          const said = answers.splice(0);
          if (said.length > 0) handlers.onFrame(JSON.stringify({ messages: said }));
        });
      },
      close: (_code, reason) => void closed.push(reason),
    },
    null,
  );
  const say = (message: unknown) => handlers.onFrame(JSON.stringify({ messages: [message] }));
  return { messages, closed, say, types: () => new Set(messages.map(({ type }) => type)) };
}

const observed = { type: 'account-observed', cashMicro: 5, allowanceMicro: 5, redeemableMicro: 0, blockNumber: 1 };

describe('startSeries with a runner', { timeout: TIMEOUT_MS }, () => {
  test('behavior: orders leave: leases go on, markets are prepared, facts are in the journal, the status shows the runner', async () => {
    const series = simulateSeries({ seed: 1, originMs: ORIGIN_MS, execution: 'venue', linkKeys: [LINK_KEY] });
    await series.runTo(ORIGIN_MS + 6_000);
    const runner = linkTo(series);
    await series.runTo(ORIGIN_MS + 16_000);
    runner.say({ type: 'fact', seq: 1, fact: { ...observed, tsEvent: ORIGIN_MS + 16_000 } });
    await series.runTo(ORIGIN_MS + 17_000);
    const leases = runner.messages.filter(({ type }) => type === 'lease');
    expect(leases.length).toBeGreaterThanOrEqual(10);
    const prepared = runner.messages.findLast((message) => message.type === 'prepare-markets');
    expect(prepared?.slugs).toContain(`btc-updown-5m-${WINDOW_START_MS / 1_000}`);
    expect(runner.messages.filter(({ type }) => type === 'ack')).toEqual([{ type: 'ack', seq: 1 }]);
    const stored: string[] = [];
    series.runtime.pipeline.commitTail();
    series.store.journal.readFrom(1, ({ type }) => void stored.push(type));
    expect(stored.filter((type) => type === 'account-observed' || type === 'runner-linked')).toEqual([
      'runner-linked',
      'account-observed',
    ]);
    const nowMs = series.virtual.clock.now();
    const status = seriesStatus(series.runtime, 'sim', nowMs, nowMs, 0);
    expect(status.runner).toEqual({ linked: true, detail: 'runner r1' });
    expect(new Set(status.feeds.map(({ via }) => via))).toEqual(new Set(['durable-object']));
  });

  test('behavior: a restarted object knows which facts it has', async () => {
    const series = simulateSeries({ seed: 1, originMs: ORIGIN_MS, execution: 'venue', linkKeys: [LINK_KEY] });
    await series.runTo(ORIGIN_MS + 6_000);
    const first = linkTo(series);
    await series.runTo(ORIGIN_MS + 7_000);
    first.say({ type: 'fact', seq: 1, fact: { ...observed, tsEvent: ORIGIN_MS + 7_000 } });
    series.crash();
    const second = linkTo(series);
    await series.runTo(ORIGIN_MS + 8_000);
    expect(second.messages.find(({ type }) => type === 'welcome')).toEqual({ type: 'welcome', ackSeq: 1 });
    expect(second.messages.find((message) => message.type === 'lease')?.epoch).toBe(2);
  });

  test('behavior: a linked client of a series that simulates sees its orders, no lease, and cannot bring facts', async () => {
    const series = simulateSeries({ seed: 1, originMs: ORIGIN_MS, linkKeys: [LINK_KEY] });
    await series.runTo(ORIGIN_MS + 6_000);
    const client = linkTo(series);
    await series.runTo(WINDOW_START_MS + WINDOW_MS / 5);
    expect(client.types()).toEqual(new Set(['challenge', 'welcome', 'submit-order', 'cancel-order']));
    client.say({ type: 'fact', seq: 1, fact: { ...observed, tsEvent: ORIGIN_MS } });
    expect(client.closed).toEqual(['this series executes its orders itself and takes no facts']);
    expect(series.runtime.link.linked).toBe(false);
  });
});
