/** Requests to the Worker under test, and what every answer must look like. */
import { env, exports } from 'cloudflare:workers';
import { expect } from 'vitest';
import { type ApiError, errorSchema } from '../../../core/protocol/admin-api.ts';
import { SECURITY_HEADERS } from '../../../workers/middleware/security-headers.ts';
import type { TestBindings } from './test-bindings.ts';
import { TOKENS } from './tokens.ts';

export const bindings = env as unknown as TestBindings;
export const API = 'https://poly-edge.test/api/v1';

const worker = (exports as unknown as { readonly default: { fetch(request: Request): Promise<Response> } }).default;

export interface CallOptions {
  readonly as?: keyof typeof TOKENS;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends one request through the Worker's own entry. */
export function call(url: string, options: CallOptions = {}): Promise<Response> {
  const headers = new Headers(options.headers);
  if (options.as !== undefined) headers.set('Authorization', `Bearer ${TOKENS[options.as]}`);
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
