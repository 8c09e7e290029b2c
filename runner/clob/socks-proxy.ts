/**
 * The way out through SOCKS5, for a fixed egress address. The proxy resolves the names (`socks5h`): none is ever looked up here, and a
 * proxy that is down means that nothing leaves at all. Source: operations notes of 2026-11-23 §4, RFC 1928, RFC 1929.
 */
import { socksConnector } from 'fetch-socks';
import { buildConnector } from 'undici';
import { err, ok, type Result } from '../../core/model/result.ts';

export interface SocksProxy {
  readonly host: string;
  readonly port: number;
  /** `null`: the proxy asks for none. */
  readonly credentials: { readonly user: string; readonly password: string } | null;
}

/** Where SOCKS servers listen unless said otherwise (RFC 1928 §3). */
const SOCKS_PORT = 1080;

/** RFC 1929 gives user and password one byte of length each. */
const MAX_CREDENTIAL_BYTES = 255;

/**
 * Reads `socks5h://user:password@host:port`. `socks5://` is taken for the same: names are the proxy's business in either spelling.
 * The refusal never repeats the text, which may hold a password.
 */
export function parseSocksProxy(text: string): Result<SocksProxy, string> {
  const expected = 'expected socks5h://[user:password@]host[:port]';
  if (!URL.canParse(text)) return err(`The proxy is not a URL: ${expected}.`);
  const url = new URL(text);
  if (url.protocol !== 'socks5h:' && url.protocol !== 'socks5:') return err(`The proxy is no SOCKS5 URL: ${expected}.`);
  if (url.hostname === '' || (url.pathname !== '' && url.pathname !== '/')) {
    return err(`The proxy has no host, or something behind it: ${expected}.`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? SOCKS_PORT : Number(url.port);
  if (url.username === '' && url.password === '') return ok({ host, port, credentials: null });
  const user = decoded(url.username);
  const password = decoded(url.password);
  if (user === null || password === null) return err('The proxy’s user or password is not URL-encoded text.');
  if (!isCredential(user) || !isCredential(password)) {
    return err('The proxy’s user and password must both be there, of at most 255 bytes each.');
  }
  return ok({ host, port, credentials: { user, password } });
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function isCredential(text: string): boolean {
  return text !== '' && Buffer.byteLength(text) <= MAX_CREDENTIAL_BYTES;
}

/**
 * Opens connections for HTTP and sockets alike: to the host itself, or through the proxy. With a proxy there is no other way.
 *
 * @param timeoutMs of each step: to the proxy with its whole handshake, and of TLS.
 */
export function createConnector(proxy: SocksProxy | null, timeoutMs: number): buildConnector.connector {
  // One request at a time on a connection: what a lost connection leaves unknown is then one request.
  const options = { timeout: timeoutMs, allowH2: false };
  if (proxy === null) return buildConnector(options);
  const { host, port, credentials } = proxy;
  const login = credentials === null ? {} : { userId: credentials.user, password: credentials.password };
  return socksConnector({ type: 5, host, port, ...login }, options);
}
