/**
 * Who may do what: every route of the Worker, with the role it needs. What is not in this table does not exist, whatever code
 * is registered: deny by default. A test holds the table and the OpenAPI document together.
 */
import { API_PREFIX } from '../core/protocol/admin-api.ts';

/** `operator` may do all that `viewer` may; `runner` stands apart from both. */
export const ROLES = ['viewer', 'operator', 'runner'] as const;
export type Role = (typeof ROLES)[number];
export type RequiredRole = Role | 'public';

export interface RouteAccess {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** As OpenAPI writes it: `{slug}` is one segment. */
  readonly path: string;
  readonly requires: RequiredRole;
}

export const ROUTES = {
  health: { method: 'GET', path: `${API_PREFIX}/health`, requires: 'public' },
  openapi: { method: 'GET', path: `${API_PREFIX}/openapi.json`, requires: 'viewer' },
  series: { method: 'GET', path: `${API_PREFIX}/series`, requires: 'viewer' },
  status: { method: 'GET', path: `${API_PREFIX}/series/{slug}/status`, requires: 'viewer' },
  config: { method: 'GET', path: `${API_PREFIX}/series/{slug}/config`, requires: 'viewer' },
  configure: { method: 'PUT', path: `${API_PREFIX}/series/{slug}/config`, requires: 'operator' },
  openOrders: { method: 'GET', path: `${API_PREFIX}/series/{slug}/orders`, requires: 'viewer' },
  stream: { method: 'GET', path: `${API_PREFIX}/series/{slug}/stream`, requires: 'viewer' },
  windows: { method: 'GET', path: `${API_PREFIX}/windows`, requires: 'viewer' },
  positions: { method: 'GET', path: `${API_PREFIX}/positions`, requires: 'viewer' },
  fills: { method: 'GET', path: `${API_PREFIX}/fills`, requires: 'viewer' },
  orders: { method: 'GET', path: `${API_PREFIX}/orders`, requires: 'viewer' },
  markouts: { method: 'GET', path: `${API_PREFIX}/markouts`, requires: 'viewer' },
  strategyPnl: { method: 'GET', path: `${API_PREFIX}/strategy-pnl`, requires: 'viewer' },
  ledgerEntries: { method: 'GET', path: `${API_PREFIX}/ledger-entries`, requires: 'viewer' },
  history: { method: 'GET', path: `${API_PREFIX}/series/{slug}/history`, requires: 'operator' },
  pause: { method: 'POST', path: `${API_PREFIX}/series/{slug}/pause`, requires: 'operator' },
  flatten: { method: 'POST', path: `${API_PREFIX}/series/{slug}/flatten`, requires: 'operator' },
  kill: { method: 'POST', path: `${API_PREFIX}/series/{slug}/kill`, requires: 'operator' },
  resume: { method: 'POST', path: `${API_PREFIX}/series/{slug}/resume`, requires: 'operator' },
  accountPause: { method: 'POST', path: `${API_PREFIX}/account/pause`, requires: 'operator' },
  accountFlatten: { method: 'POST', path: `${API_PREFIX}/account/flatten`, requires: 'operator' },
  accountKill: { method: 'POST', path: `${API_PREFIX}/account/kill`, requires: 'operator' },
  accountResume: { method: 'POST', path: `${API_PREFIX}/account/resume`, requires: 'operator' },
  link: { method: 'GET', path: '/link/{slug}', requires: 'runner' },
} as const satisfies Readonly<Record<string, RouteAccess>>;

const PATTERNS = Object.values(ROUTES).map((route) => ({
  ...route,
  pattern: new RegExp(`^${route.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** What the table says of a request: the role it needs, the methods that its path has, or that there is no such path. */
export type Lookup =
  | { readonly type: 'found'; readonly requires: RequiredRole }
  | { readonly type: 'wrong-method'; readonly allowed: readonly string[] }
  | { readonly type: 'unknown' };

/** Looks a request up. HEAD asks for what GET would say. */
export function lookUp(method: string, path: string): Lookup {
  const matching = PATTERNS.filter((route) => route.pattern.test(path));
  if (matching.length === 0) return { type: 'unknown' };
  const wanted = method === 'HEAD' ? 'GET' : method;
  const found = matching.find((route) => route.method === wanted);
  if (found !== undefined) return { type: 'found', requires: found.requires };
  return { type: 'wrong-method', allowed: matching.map((route) => route.method) };
}

/** Whether a role may do what needs `requires`. */
export function mayUse(role: Role, requires: Role): boolean {
  return role === requires || (role === 'operator' && requires === 'viewer');
}
