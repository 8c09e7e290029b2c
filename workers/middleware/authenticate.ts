/**
 * Bearer tokens to roles, by the access table. Both sides are hashed and the digests compared in constant time, against every
 * role's token whatever the outcome: neither length nor content of a token shows in how long an answer takes. The runner has no token:
 * it signs each request (`core/protocol/link-auth.ts`).
 */
import type { MiddlewareHandler } from 'hono';
import type { UnixMs } from '../../core/model/time.ts';
import { verifyUpgrade } from '../../core/protocol/link-auth.ts';
import { lookUp, mayUse, type Role } from '../access-table.ts';
import { errorResponse } from '../api-error.ts';
import type { AppEnv } from '../app-env.ts';
import type { AccessTokens } from '../env.ts';

const BEARER = /^Bearer ([\x21-\x7e]{1,512})$/i;
/** Roles of people. */
const TOKEN_ROLES = ['viewer', 'operator'] as const;
const CHALLENGE = { 'WWW-Authenticate': 'Bearer realm="poly-edge"' };

/** Lets a request through when the table knows its route and its token's role may use it; sets the role for the handler. */
export function authenticate(tokens: AccessTokens, wallMs: () => UnixMs): MiddlewareHandler<AppEnv> {
  return async function requireRole(context, next) {
    const { method } = context.req.raw;
    const route = lookUp(method, context.req.path);
    if (route.type === 'unknown') return errorResponse(404, 'not-found', 'There is no such route.');
    if (route.type === 'wrong-method') {
      const headers = { Allow: route.allowed.join(', ') };
      return errorResponse(405, 'method-not-allowed', `This route does not take ${method}.`, { headers });
    }
    if (route.requires === 'public') return next();
    const bearer = context.req.header('Authorization');
    const role = bearer === undefined ? runnerRole(tokens, context.req.raw, wallMs()) : await roleOf(tokens, bearer);
    if (role === null) {
      const needed = route.requires === 'runner' ? 'A request signed by the runner' : 'A valid bearer token';
      return errorResponse(401, 'unauthenticated', `${needed} is needed.`, { headers: CHALLENGE });
    }
    if (!mayUse(role, route.requires)) {
      return errorResponse(403, 'forbidden', `This route needs the role ${route.requires}.`);
    }
    context.set('role', role);
    return next();
  };
}

/** `runner` for a request that one of its keys has signed just now, for this path. */
function runnerRole({ linkKeys }: AccessTokens, request: Request, wallMs: UnixMs): Role | null {
  const signed = { method: request.method, path: new URL(request.url).pathname };
  return verifyUpgrade(linkKeys, signed, (name) => request.headers.get(name), wallMs).ok ? 'runner' : null;
}

async function roleOf(tokens: AccessTokens, header: string): Promise<Role | null> {
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) return null;
  const presented = await digest(token);
  let found: Role | null = null;
  for (const role of TOKEN_ROLES) {
    if (crypto.subtle.timingSafeEqual(presented, await digest(tokens[role]))) found = role;
  }
  return found;
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
}
