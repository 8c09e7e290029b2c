import { describe, expect, test } from 'vitest';
import {
  accountCommandResultSchema,
  commandResultSchema,
  openOrdersSchema,
  seriesListSchema,
} from '../../core/protocol/admin-api.ts';
import { createHistoryDecoder, HISTORY_CONTENT_TYPE, type HistoryFrame } from '../../core/protocol/history-stream.ts';
import { COMMAND_KINDS, type CommandKind } from '../../core/protocol/series-status.ts';
import { seriesStatusSchema } from '../../core/protocol/series-status-schema.ts';
import { API, bindings, call, expectSecurityHeaders } from './support/api-client.ts';
import { exampleOrder, exampleStatus } from './support/example-status.ts';
import { SCRIPTED_ROWS } from './support/scripted-series.ts';

const SERIES = `${API}/series/btc-updown-5m`;

describe('seriesRoutes', () => {
  test('default', async () => {
    const response = await call(`${API}/series`, { as: 'viewer' });
    expect(seriesListSchema.parse(await response.json())).toEqual({
      items: [
        { slug: 'btc-updown-5m', durationMs: 300_000, mode: 'demo' },
        { slug: 'eth-updown-5m', durationMs: 300_000, mode: 'demo' },
      ],
    });
  });

  test("behavior: status is the object's, whole and of the described form", async () => {
    const response = await call(`${SERIES}/status`, { as: 'viewer' });
    const body: unknown = await response.json();
    expect(body).toEqual(exampleStatus('btc-updown-5m'));
    expect(seriesStatusSchema.parse(body)).toEqual(body);
  });

  test('behavior: open orders come from the object', async () => {
    const response = await call(`${SERIES}/orders`, { as: 'viewer' });
    expect(openOrdersSchema.parse(await response.json())).toEqual({ items: [exampleOrder] });
  });
});

async function command(kind: CommandKind, commandId: string) {
  const response = await call(`${SERIES}/${kind}`, {
    as: 'operator',
    method: 'POST',
    body: JSON.stringify({ commandId }),
  });
  return commandResultSchema.parse(await response.json());
}

describe('commandRoutes', () => {
  test('default', async () => {
    expect(await command('pause', 'series-test-pause')).toMatchObject({
      commandId: 'series-test-pause',
      kind: 'pause',
      result: 'applied',
      tradingMode: 'reducing',
      audited: true,
    });
    const row = await bindings.DB.prepare('SELECT * FROM audit WHERE id = ?').bind('series-test-pause').first();
    expect(row).toMatchObject({ series: 'btc-updown-5m', actor: 'operator', action: 'pause', detail: 'applied' });
  });

  test('behavior: the same id is obeyed once, and its audit row stands', async () => {
    const first = await command('resume', 'series-test-twice');
    const again = await command('resume', 'series-test-twice');
    expect([first.result, again.result]).toEqual(['applied', 'duplicate']);
    expect(again.seq).toBe(first.seq);
    const rows = await bindings.DB.prepare('SELECT detail FROM audit WHERE id = ?').bind('series-test-twice').all();
    expect(rows.results).toEqual([{ detail: 'applied' }]);
  });

  test.each([
    ['flatten', 'reducing'],
    ['kill', 'halted'],
  ] as const)('behavior: %s reaches the series', async (kind, tradingMode) => {
    const commandId = `series-test-${kind}`;
    expect(await command(kind, commandId)).toMatchObject({ kind, result: 'applied', tradingMode, detail: '' });
  });
});

describe('account commands', () => {
  async function accountCommand(kind: CommandKind, commandId: string) {
    const body = JSON.stringify({ commandId });
    const response = await call(`${API}/account/${kind}`, { as: 'operator', method: 'POST', body });
    expect(response.status).toBe(200);
    return accountCommandResultSchema.parse(await response.json());
  }

  test.each(COMMAND_KINDS)(
    'behavior: %s reaches every series that can be reached, and says which cannot',
    async (kind) => {
      const answer = await accountCommand(kind, `account-test-${kind}`);
      expect(answer).toMatchObject({ commandId: `account-test-${kind}`, kind, complete: false });
      expect(answer.items).toMatchObject([
        { series: 'btc-updown-5m', result: 'applied', detail: 'for the account', audited: true },
        { series: 'eth-updown-5m', result: 'failed', seq: null, tradingMode: null, audited: false },
      ]);
      expect(answer.items[1]?.detail).toContain('send the same command again');
      const rows = await bindings.DB.prepare('SELECT series, action FROM audit WHERE id = ?')
        .bind(`account-test-${kind}`)
        .all();
      expect(rows.results).toEqual([{ series: 'btc-updown-5m', action: kind }]);
    },
  );

  test('behavior: sent again with the same id, whoever has obeyed does nothing more', async () => {
    const first = await accountCommand('kill', 'account-test-twice');
    const again = await accountCommand('kill', 'account-test-twice');
    expect([first.items[0]?.result, again.items[0]?.result]).toEqual(['applied', 'duplicate']);
    expect(again.items[0]?.seq).toBe(first.items[0]?.seq);
  });
});

async function historyOf(query: string): Promise<readonly HistoryFrame[]> {
  const response = await call(`${SERIES}/history${query}`, { as: 'operator' });
  expect(response.headers.get('Content-Type')).toBe(HISTORY_CONTENT_TYPE);
  expectSecurityHeaders(response);
  const decoder = createHistoryDecoder();
  const pushed = decoder.push(new Uint8Array(await response.arrayBuffer()));
  expect(decoder.finish()).toMatchObject({ ok: true });
  if (!pushed.ok) throw new Error(pushed.error);
  return pushed.value;
}

describe('historyRoutes', () => {
  test('default', async () => {
    const frames = await historyOf('');
    expect(frames[0]).toMatchObject({ type: 'snapshot', seq: 10, buildId: 'test' });
    expect(frames.slice(1)).toEqual([
      ...SCRIPTED_ROWS.map((seq) => ({ type: 'row', seq, bytes: new Uint8Array([seq]).buffer })),
      { type: 'end', rows: SCRIPTED_ROWS.length },
    ]);
  });

  test('args: fromSeq', async () => {
    const frames = await historyOf('?fromSeq=14');
    expect(frames.map((frame) => (frame.type === 'row' ? frame.seq : frame.type))).toEqual([14, 15, 'end']);
  });

  test('behavior: nothing new is an empty, whole stream', async () => {
    expect(await historyOf('?fromSeq=99')).toEqual([{ type: 'end', rows: 0 }]);
  });
});

describe('socketRoutes', () => {
  test.each([
    ['viewer', `${SERIES}/stream?since=7`, { pathname: '/stream', search: '?since=7', authorization: null }],
    ['runner', 'https://poly-edge.test/link/btc-updown-5m', { pathname: '/link', search: '', authorization: null }],
  ] as const)('behavior: a %s reaches the object without its token', async (as, url, expected) => {
    const response = await call(url, { as, headers: { Upgrade: 'websocket' } });
    expect(response.status).toBe(101);
    const socket = response.webSocket;
    if (socket === null) throw new Error('no socket');
    const message = new Promise((resolve) => socket.addEventListener('message', ({ data }) => resolve(data)));
    socket.accept();
    expect(JSON.parse(String(await message))).toEqual(expected);
    socket.close();
  });
});
