/** Headers that every answer carries. The API serves no page: nothing may be run, framed or stored of what it says. */
import type { MiddlewareHandler } from 'hono';

export const SECURITY_HEADERS = {
  'Content-Security-Policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'Cache-Control': 'no-store',
} as const;

/** Sets the headers on every response but an accepted upgrade, whose headers belong to the object and cannot be changed. */
export function securityHeaders(): MiddlewareHandler {
  return async function setSecurityHeaders(context, next) {
    await next();
    if (context.res.status === 101) return;
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.res.headers.set(name, value);
  };
}
