import { describe, expect, test } from 'vitest';
import { parseSocksProxy } from '../../../runner/clob/socks-proxy.ts';

describe('parseSocksProxy', () => {
  test.each([
    ['socks5h://127.0.0.1:9050', { host: '127.0.0.1', port: 9_050, credentials: null }],
    ['socks5://proxy.example', { host: 'proxy.example', port: 1_080, credentials: null }],
    ['socks5h://[::1]:1081', { host: '::1', port: 1_081, credentials: null }],
    [
      'socks5h://us%40er:p%3Ass@proxy.example:1080',
      { host: 'proxy.example', port: 1_080, credentials: { user: 'us@er', password: 'p:ss' } },
    ],
  ])('default: %s', (text, proxy) => {
    expect(parseSocksProxy(text)).toEqual({ ok: true, value: proxy });
  });

  test.each([
    ['not a URL', 'hunter2'],
    ['http', 'http://trader:hunter2@proxy.example'],
    ['version 4', 'socks4://trader:hunter2@proxy.example'],
    ['a path', 'socks5h://trader:hunter2@proxy.example/x'],
    ['no password', 'socks5h://hunter2@proxy.example'],
    ['a password that is too long', `socks5h://trader:hunter2${'x'.repeat(250)}@proxy.example`],
    ['a password that is not encoded', 'socks5h://trader:hunter2%zz@proxy.example'],
  ])('error: %s, in one sentence without the text', (_name, text) => {
    const parsed = parseSocksProxy(text);
    expect(parsed).toMatchObject({ ok: false, error: expect.not.stringContaining('hunter2') });
  });
});
