/** How a route is described once, for the router and for the OpenAPI document. */
import type * as z from 'zod';
import { errorSchema } from '../../core/protocol/admin-api.ts';

const MEANINGS = {
  400: 'The request cannot be read.',
  401: 'No valid bearer token or signature.',
  403: "The token's role may not do this.",
  404: 'No such route or series.',
  413: 'The body is too large.',
  422: 'The request does not have the described form.',
  500: 'The Worker, the object or D1 failed.',
} as const;

/** A JSON answer. */
export function jsonAnswer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } };
}

/** The error answers of a route, by status. */
export function errorAnswers<Status extends keyof typeof MEANINGS>(...statuses: readonly Status[]) {
  const answers = statuses.map((status) => [status, jsonAnswer(MEANINGS[status], errorSchema)] as const);
  return Object.fromEntries(answers) as Record<Status, ReturnType<typeof jsonAnswer<typeof errorSchema>>>;
}

/** Every route but `health` and the runner's link needs a token. */
export const BEARER_SECURITY = [{ bearer: [] }];

/** The runner signs instead. */
export const SIGNED_SECURITY = [{ signed: [] }];
