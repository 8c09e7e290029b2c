/** The one form of every error that leaves the Worker: `{ error: { code, message, details? } }`. */
import type { ApiError } from '../core/protocol/admin-api.ts';

export type ErrorDetails = NonNullable<ApiError['error']['details']>;
export type ErrorStatus = 400 | 401 | 403 | 404 | 405 | 413 | 422 | 500 | 503;

/** A failure that a route answers with: thrown in a handler, made a response in one place. */
export class ApiException extends Error {
  override readonly name = 'ApiException';
  readonly status: ErrorStatus;
  readonly code: string;
  readonly details: ErrorDetails | undefined;

  constructor(status: ErrorStatus, code: string, message: string, details?: ErrorDetails) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** An error as a response. */
export function errorResponse(
  status: ErrorStatus,
  code: string,
  message: string,
  options: { readonly details?: ErrorDetails | undefined; readonly headers?: Readonly<Record<string, string>> } = {},
): Response {
  const body: ApiError = {
    error: { code, message, ...(options.details === undefined ? {} : { details: options.details }) },
  };
  return Response.json(body, { status, headers: options.headers ?? {} });
}
