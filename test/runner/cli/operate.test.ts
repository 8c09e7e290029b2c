import { describe, expect, test } from 'vitest';
import type { SeriesStatus } from '../../../core/protocol/series-status.ts';
import { CliProblem } from '../../../runner/cli/cli-problem.ts';
import { type OperateOptions, type OperatePorts, operate, progressOf } from '../../../runner/cli/operate.ts';
import { exampleOrder, exampleStatus } from '../../workers/support/example-status.ts';

const BTC = 'btc-updown-5m';
const ETH = 'eth-updown-5m';
const ACCESS = { url: 'http://api.test' };
const ENVIRONMENT = { ADMIN_TOKEN_OPERATOR: 'operator-token' };

type Stop = NonNullable<SeriesStatus['stop']>;
const aStop = (more: Partial<Stop>): Stop => ({
  ...(exampleStatus(BTC).stop as Stop),
  held: [],
  mergingMicro: 0,
  ...more,
});

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** An API of two series: what it answers to each look at a status is scripted, the last answer for ever. */
function createApi(script: Readonly<Record<string, readonly Partial<SeriesStatus>[]>>) {
  const sent: Sent[] = [];
  const looks: Record<string, number> = {};
  /** Series whose object fails so many times before it takes a command. */
  const failures: Record<string, number> = {};
  const refusals: Record<string, string> = {};
  const printed: string[] = [];
  const reported: string[] = [];
  const questions: string[] = [];
  let answer: boolean | null = true;
  let nowMs = 0;

  function resultOf(series: string) {
    const detail = refusals[series] ?? '';
    if (detail !== '') return { result: 'refused', seq: null, tradingMode: 'halted', detail, audited: true };
    if ((failures[series] ?? 0) > 0) {
      failures[series] = (failures[series] ?? 0) - 1;
      return { result: 'failed', seq: null, tradingMode: null, detail: 'no answer', audited: false };
    }
    return { result: 'applied', seq: 7, tradingMode: 'halted', detail: '', audited: true };
  }

  function respond(method: string, path: string, body: { commandId: string } | null): Response {
    const status = /^\/series\/([^/]+)\/status$/.exec(path);
    if (status !== null) {
      const series = status[1] ?? '';
      const look = (looks[series] ?? 0) + 1;
      looks[series] = look;
      const answers = script[series] ?? [];
      return Response.json({ ...exampleStatus(series), ...(answers[look - 1] ?? answers.at(-1)) });
    }
    const account = /^\/account\/(\w+)$/.exec(path);
    const commandId = body?.commandId ?? '';
    if (account !== null) {
      const items = Object.keys(script).map((series) => ({ series, ...resultOf(series) }));
      const complete = items.every(({ result }) => result === 'applied');
      return Response.json({ commandId, kind: account[1], complete, items });
    }
    const one = /^\/series\/([^/]+)\/(\w+)$/.exec(path);
    if (method === 'POST' && one !== null) return Response.json({ commandId, kind: one[2], ...resultOf(one[1] ?? '') });
    return Response.json({ error: { code: 'not-found', message: 'There is no such route.' } }, { status: 404 });
  }

  const ports: OperatePorts = {
    async fetch(url, init) {
      expect(new Headers(init.headers).get('authorization')).toBe('Bearer operator-token');
      const path = new URL(url).pathname.replace('/api/v1', '');
      const body = typeof init.body === 'string' ? JSON.parse(init.body) : null;
      sent.push({ method: init.method ?? 'GET', path, body });
      return respond(init.method ?? 'GET', path, body);
    },
    print: (line) => void printed.push(line),
    report: (line) => void reported.push(line),
    async confirm(question) {
      questions.push(question);
      return answer;
    },
    async sleep(ms) {
      nowMs += ms;
    },
    monotonicMs: () => nowMs,
    commandId: () => 'cli-test-command',
    environment: ENVIRONMENT,
  };
  return {
    ports,
    sent,
    printed,
    reported,
    questions,
    failures,
    refusals,
    answerWith: (next: boolean | null) => {
      answer = next;
    },
    posts: () => sent.filter(({ method }) => method === 'POST'),
  };
}

const gone = { openOrders: [] };
const run = (kind: Parameters<typeof operate>[0], api: ReturnType<typeof createApi>, more: OperateOptions = {}) =>
  operate(kind, { ...ACCESS, ...more }, api.ports);

describe('operate', () => {
  test('default: a kill asks nothing, goes to the whole account, and is followed until every series has confirmed', async () => {
    const waiting = { ...gone, stop: aStop({ verb: 'kill', openAtVenue: 2 }) };
    const done = { ...gone, stop: aStop({ verb: 'kill', confirmed: true, openAtVenue: 0 }) };
    const api = createApi({ [BTC]: [waiting, waiting, done], [ETH]: [waiting, done] });
    expect(await run('kill', api)).toBe(true);
    expect(api.questions).toEqual([]);
    expect(api.posts()).toEqual([{ method: 'POST', path: '/account/kill', body: { commandId: 'cli-test-command' } }]);
    expect(api.reported[0]).toContain('btc-updown-5m: waiting for the venue: no order open, 2 at the venue, 0 unknown');
    expect(api.reported.at(-1)).toContain('eth-updown-5m: killed');
    expect(api.printed).toEqual(['kill: done']);
  });

  test('behavior: a series that does not answer is told again with the same id', async () => {
    const done = { ...gone, stop: aStop({ verb: 'kill', confirmed: true }) };
    const api = createApi({ [BTC]: [done], [ETH]: [done] });
    api.failures[ETH] = 2;
    expect(await run('kill', api)).toBe(true);
    expect(api.posts()).toHaveLength(3);
    expect(new Set(api.posts().map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(api.reported[0]).toContain('eth-updown-5m: does not answer, is told again');
  });

  test('args: series', async () => {
    const api = createApi({ [BTC]: [{ openOrders: [exampleOrder] }, gone] });
    expect(await run('pause', api, { series: BTC })).toBe(true);
    expect(api.posts().map(({ path }) => path)).toEqual(['/series/btc-updown-5m/pause']);
    expect(api.reported).toEqual(['btc-updown-5m: paused, 1 orders open', 'btc-updown-5m: paused, no order open']);
  });

  test.each(['flatten', 'resume'] as const)('behavior: %s asks, and does nothing on a no', async (kind) => {
    const api = createApi({ [BTC]: [{}] });
    api.answerWith(false);
    expect(await run(kind, api)).toBe(false);
    expect(api.questions).toHaveLength(1);
    expect(api.sent).toEqual([]);
  });

  test('args: yes', async () => {
    const api = createApi({ [BTC]: [{ restrictions: [] }] });
    expect(await run('resume', api, { yes: true })).toBe(true);
    expect(api.questions).toEqual([]);
    expect(api.reported).toEqual(['btc-updown-5m: active']);
  });

  test('error: nobody is there to be asked', async () => {
    const api = createApi({ [BTC]: [{}] });
    api.answerWith(null);
    await expect(run('flatten', api)).rejects.toThrow('say --yes to flatten');
    expect(api.sent).toEqual([]);
  });

  test('behavior: a refusal is said, is not waited for, and is no success', async () => {
    const api = createApi({ [BTC]: [{}] });
    api.refusals[BTC] = 'The series is killed.';
    expect(await run('flatten', api, { yes: true })).toBe(false);
    expect(api.reported).toEqual(['btc-updown-5m: refused: The series is killed.']);
    expect(api.printed).toEqual(['flatten: NOT done']);
  });

  test('args: timeoutSeconds: watching ends, the command stands', async () => {
    const api = createApi({ [BTC]: [{ stop: aStop({ verb: 'kill' }) }] });
    expect(await run('kill', api, { timeoutSeconds: 5 })).toBe(false);
    expect(api.reported.at(-1)).toBe('The kill stands and is not done yet: look at `status`.');
    expect(api.posts()).toHaveLength(1);
  });

  test('args: json: one line, for programs', async () => {
    const api = createApi({ [BTC]: [{ ...gone, stop: aStop({ verb: 'kill', confirmed: true }) }] });
    await run('kill', api, { json: true });
    expect(api.printed).toHaveLength(1);
    expect(JSON.parse(api.printed[0] ?? '')).toMatchObject({
      kind: 'kill',
      commandId: 'cli-test-command',
      done: true,
      series: [{ series: BTC, result: 'applied', done: true }],
    });
  });

  test('error: nothing answers: it says that the object was not told, and what else there is', async () => {
    const api = createApi({ [BTC]: [{}] });
    const ports = { ...api.ports, fetch: () => Promise.reject(new TypeError('fetch failed')) };
    const attempt = operate('kill', ACCESS, ports);
    await expect(attempt).rejects.toThrow(CliProblem);
    await expect(attempt).rejects.toThrow('the object was not told');
  });

  test('behavior: a status that cannot be had for a moment ends nothing', async () => {
    const api = createApi({ [BTC]: [{ ...gone, stop: aStop({ verb: 'kill', confirmed: true }) }] });
    let looks = 0;
    const ports: OperatePorts = {
      ...api.ports,
      fetch: (url, init) => {
        if (init.method === 'GET' && looks++ === 0) return Promise.reject(new TypeError('fetch failed'));
        return api.ports.fetch(url, init);
      },
    };
    expect(await operate('kill', ACCESS, ports)).toBe(true);
    expect(api.reported[0]).toContain('its status cannot be had');
  });
});

describe('progressOf', () => {
  const status = (more: Partial<SeriesStatus>): SeriesStatus => ({ ...exampleStatus(BTC), ...gone, ...more });
  const held = [{ windowStartMs: 0, outcome: 'up', sizeMicro: 3_000_000, reason: 'too few.' }] as const;

  test.each<[string, Parameters<typeof progressOf>[0], Partial<SeriesStatus>, boolean, string]>([
    ['orders stand', 'pause', { openOrders: [exampleOrder] }, false, 'paused, 1 orders open'],
    ['merging', 'flatten', { stop: aStop({ mergingMicro: 5 }) }, false, 'leaving: no order open, merging sets'],
    [
      'held',
      'flatten',
      { stop: aStop({ confirmed: true, held }) },
      true,
      'flattened: no order open; up held: too few.',
    ],
    ['resumed meanwhile', 'kill', { stop: null }, false, 'no kill stands any more: somebody has resumed'],
    [
      'no engine',
      'kill',
      { stop: null, phase: 'failed', detail: 'why' },
      false,
      'no engine runs (why); the kill is kept',
    ],
    [
      'something is left',
      'resume',
      { restrictions: [{ reason: 'clock', mode: 'halted', detail: '', actor: '', sinceMs: 0, liftedBy: 'the clock' }] },
      true,
      'resumed, still in the way: clock (halted)',
    ],
  ])('default: %s', (_, kind, more, done, state) => {
    expect(progressOf(kind, status(more))).toEqual({ done, state });
  });
});
