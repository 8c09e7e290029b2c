/**
 * Bearer tokens to roles, by the access table. Both sides are hashed and the digests compared in constant time, against every
 * role's token whatever the outcome: neither length nor content of a token shows in how long an answer takes.
 */
import type { MiddlewareHandler } from 'hono';
import { lookUp, mayUse, ROLES, type Role } from '../access-table.ts';
import { errorResponse } from '../api-error.ts';
import type { AppEnv } from '../app-env.ts';
import type { AccessTokens } from '../env.ts';

const BEARER = /^Bearer ([\x21-\x7e]{1,512})$/i;
const CHALLENGE = { 'WWW-Authenticate': 'Bearer realm="poly-edge"' };

/** Lets a request through when the table knows its route and its token's role may use it; sets the role for the handler. */
export function authenticate(tokens: AccessTokens): MiddlewareHandler<AppEnv> {
  return async function requireRole(context, next) {
    const { method } = context.req.raw;
    const route = lookUp(method, context.req.path);
    if (route.type === 'unknown') return errorResponse(404, 'not-found', 'There is no such route.');
    if (route.type === 'wrong-method') {
      const headers = { Allow: route.allowed.join(', ') };
      return errorResponse(405, 'method-not-allowed', `This route does not take ${method}.`, { headers });
    }
    if (route.requires === 'public') return next();
    const role = await roleOf(tokens, context.req.header('Authorization'));
    if (role === null) {
      return errorResponse(401, 'unauthenticated', 'A valid bearer token is needed.', { headers: CHALLENGE });
    }
    if (!mayUse(role, route.requires)) {
      return errorResponse(403, 'forbidden', `This route needs the role ${route.requires}.`);
    }
    context.set('role', role);
    return next();
  };
}

async function roleOf(tokens: AccessTokens, header: string | undefined): Promise<Role | null> {
  const token = BEARER.exec(header ?? '')?.[1];
  if (token === undefined) return null;
  const presented = await digest(token);
  let found: Role | null = null;
  for (const role of ROLES) {
    const expected = tokens[role];
    if (expected !== null && crypto.subtle.timingSafeEqual(presented, await digest(expected))) found = role;
  }
  return found;
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
}
