/** Requests to the Worker under test, and what every answer must look like. */
import { env, exports } from 'cloudflare:workers';
import { expect } from 'vitest';
import { type ApiError, errorSchema } from '../../../core/protocol/admin-api.ts';
import { type LinkKey, signUpgrade } from '../../../core/protocol/link-auth.ts';
import { SECURITY_HEADERS } from '../../../workers/middleware/security-headers.ts';
import type { TestBindings } from './test-bindings.ts';
import { LINK_KEYS, TOKENS } from './tokens.ts';

export const bindings = env as unknown as TestBindings;
export const API = 'https://poly-edge.test/api/v1';

const worker = (exports as unknown as { readonly default: { fetch(request: Request): Promise<Response> } }).default;

export interface CallOptions {
  readonly as?: keyof typeof TOKENS | 'runner';
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Headers by which the runner's request is known. */
export function signed(url: string, method = 'GET', key: LinkKey = LINK_KEYS[0]): Readonly<Record<string, string>> {
  const nonce = crypto.randomUUID().replaceAll('-', '');
  return signUpgrade(key, { method, path: new URL(url).pathname }, Date.now(), nonce);
}

/** Sends one request through the Worker's own entry. */
export function call(url: string, options: CallOptions = {}): Promise<Response> {
  const headers = new Headers(options.headers);
  if (options.as === 'runner') {
    for (const [name, value] of Object.entries(signed(url, options.method))) headers.set(name, value);
  } else if (options.as !== undefined) headers.set('Authorization', `Bearer ${TOKENS[options.as]}`);
  if (options.body !== undefined) headers.set('Content-Type', 'application/json');
  const { method = 'GET', body = null } = options;
  return worker.fetch(new Request(url, { method, body, headers }));
}

/** Expects an answer in the one error form, with the security headers, and gives its content. */
export async function expectError(response: Response, status: number): Promise<ApiError['error']> {
  const body: unknown = await response.json();
  expect({ status: response.status, body }).toMatchObject({ status, body: { error: {} } });
  expectSecurityHeaders(response);
  return errorSchema.parse(body).error;
}

/** Expects every header that no answer may lack. */
export function expectSecurityHeaders(response: Response): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) expect(response.headers.get(name)).toBe(value);
}
