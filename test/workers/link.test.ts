import { describe, expect, test } from 'vitest';
import { helloMac, type LinkKey } from '../../core/protocol/link-auth.ts';
import {
  LINK_PROTOCOL_VERSION,
  type LinkFrameToRunner,
  type LinkMessageToRunner,
} from '../../core/protocol/runner-link.ts';
import { call, expectError, signed } from './support/api-client.ts';
import { REAL_LINK } from './support/scripted-series.ts';
import { LINK_KEYS, TOKENS } from './support/tokens.ts';

const URL = 'https://poly-edge.test/link/btc-updown-5m';
const [NEW_KEY, OLD_KEY] = LINK_KEYS;

function upgrade(headers: Readonly<Record<string, string>>): Promise<Response> {
  return call(URL, { headers: { Upgrade: 'websocket', [REAL_LINK]: 'yes', ...headers } });
}

/** A runner's side over the real socket: messages as they come, and the wish for the next of a type. */
async function connect(headers: Readonly<Record<string, string>>) {
  const response = await upgrade(headers);
  const socket = response.webSocket;
  if (socket === null) throw new Error(`refused with ${response.status}`);
  const messages: LinkMessageToRunner[] = [];
  const waiting: (() => void)[] = [];
  const closed = new Promise<readonly [number, string]>((resolve) => {
    socket.addEventListener('close', ({ code, reason }) => resolve([code, reason]));
  });
  socket.addEventListener('message', ({ data }) => {
    messages.push(...(JSON.parse(String(data)) as LinkFrameToRunner).messages);
    for (const look of waiting.splice(0)) look();
  });
  socket.accept();
  const next = async <Type extends LinkMessageToRunner['type']>(type: Type) => {
    for (;;) {
      const found = messages.find((message) => message.type === type);
      if (found !== undefined) return found as Extract<LinkMessageToRunner, { type: Type }>;
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
    }
  };
  const say = (...said: unknown[]) => socket.send(JSON.stringify({ messages: said }));
  return { socket, messages, closed, next, say };
}

async function helloTo(runner: Awaited<ReturnType<typeof connect>>, key: LinkKey, runnerId = 'folder-1') {
  const { epoch, nonce } = await runner.next('challenge');
  const hello = { protocol: LINK_PROTOCOL_VERSION, runnerId, keyId: key.id, epoch, timeMs: Date.now() };
  return { type: 'hello', ...hello, mac: helloMac(key, { ...hello, series: 'btc-updown-5m', nonce }) };
}

describe('link', () => {
  test('default: through the Worker to the object: challenge, hello, welcome, lease, a fact and what follows from it', async () => {
    const runner = await connect(signed(URL));
    runner.say(await helloTo(runner, NEW_KEY));
    expect(await runner.next('welcome')).toEqual({ type: 'welcome', ackSeq: 0 });
    const { epoch, number } = await runner.next('lease');
    runner.say({ type: 'lease-ack', number, wallMs: Date.now() });
    const fact = { type: 'submission-unknown', tsEvent: Date.now(), clientOrderId: 'mm-1' };
    runner.say({ type: 'fact', seq: 1, fact });
    expect(await runner.next('cancel-order')).toMatchObject({ epoch, clientOrderId: 'mm-1' });
    expect(await runner.next('ack')).toEqual({ type: 'ack', seq: 1 });
    runner.say({ type: 'ping', id: 3 });
    expect(await runner.next('pong')).toEqual({ type: 'pong', id: 3 });

    // The same runner dials again, with the other key: at once, and nothing is forgotten.
    const again = await connect(signed(URL, 'GET', OLD_KEY));
    again.say(await helloTo(again, OLD_KEY));
    expect(await again.next('welcome')).toEqual({ type: 'welcome', ackSeq: 1 });
    expect(await runner.closed).toEqual([4000, 'the runner connected again']);

    // Another one is refused while the first has a lease.
    const other = await connect(signed(URL));
    other.say(await helloTo(other, NEW_KEY, 'folder-2'));
    expect(await other.closed).toEqual([4001, 'runner folder-1 holds the lease']);
    again.say({ type: 'leaving', reason: 'the test is over' });
    expect((await again.closed)[0]).toBe(1001);
  });

  test('error: an upgrade that is sent twice is closed by the object', async () => {
    const headers = signed(URL);
    const first = await connect(headers);
    await first.next('challenge');
    const second = await connect(headers);
    expect(await second.closed).toEqual([1008, 'this upgrade was used before']);
    first.socket.close();
  });

  test('error: a hello that answers another socket’s challenge is not believed', async () => {
    const [one, two] = [await connect(signed(URL)), await connect(signed(URL))];
    two.say(await helloTo(one, NEW_KEY));
    expect(await two.closed).toEqual([1008, 'the runner is not believed: wrong-mac']);
    one.socket.close();
  });

  test.each([
    ['no signature', {}],
    ['a signature of another path', signed('https://poly-edge.test/link/eth-updown-5m')],
    ['a signature of another method', signed(URL, 'POST')],
    ['an unknown key', signed(URL, 'GET', { id: 'k9', secret: NEW_KEY.secret })],
    ['a wrong secret', signed(URL, 'GET', { id: NEW_KEY.id, secret: OLD_KEY.secret })],
    ['a truncated MAC', { ...signed(URL), 'x-link-mac': 'ab' }],
    ['a time that was changed', { ...signed(URL), 'x-link-time': `${Date.now() + 5}` }],
    ['the old bearer form', { Authorization: `Bearer ${NEW_KEY.secret}` }],
  ])('error: %s is refused by the Worker', async (_, headers: Readonly<Record<string, string>>) => {
    expect(await expectError(await upgrade(headers), 401)).toMatchObject({ code: 'unauthenticated' });
  });

  test('error: a person’s token is no runner’s', async () => {
    expect(await expectError(await upgrade({ Authorization: `Bearer ${TOKENS.operator}` }), 403)).toMatchObject({
      code: 'forbidden',
    });
  });
});
