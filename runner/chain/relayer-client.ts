/**
 * The relayer's HTTP API: it sends a contract wallet's calls and pays their gas (venue notes of 2026-11-23, polymarket §7). Every
 * request ends in a value; a submission that got no answer is unknown and is never made anew by this client.
 */
import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { err, ok, type Result } from '../../core/model/result.ts';
import type { ClockPort, HttpAnswer, HttpPort } from '../ports.ts';
import { createStrikeOut } from '../strike-out.ts';
import type { ChainFailure } from './chain-account.ts';

/** The builder's API credentials, or a relayer key. */
export type RelayerCredentials =
  | { readonly kind: 'builder'; readonly apiKey: string; readonly secret: string; readonly passphrase: string }
  | { readonly kind: 'relayer-key'; readonly apiKey: string; readonly address: string };

export type RelayerType = 'SAFE' | 'PROXY' | 'WALLET' | 'SAFE-CREATE' | 'WALLET-CREATE';

const transactionSchema = z.object({
  transactionID: z.string(),
  transactionHash: z.string().nullish(),
  proxyAddress: z.string().nullish(),
  state: z.string(),
});
export type RelayerTransaction = z.infer<typeof transactionSchema>;

export interface RelayerClient {
  nonce(address: string, type: RelayerType): Promise<Result<string, string>>;
  /** The relay's address and the nonce, which a proxy's signature covers. */
  relayPayload(address: string): Promise<Result<{ readonly address: string; readonly nonce: string }, string>>;
  deployed(address: string, type: RelayerType): Promise<Result<boolean, string>>;
  submit(request: object): Promise<Result<RelayerTransaction, ChainFailure>>;
  transaction(id: string): Promise<Result<RelayerTransaction | null, string>>;
  /** Submissions that may still be made within this minute (25 a minute, venue notes §3.5). */
  readonly quota: number;
}

const TIMEOUT_MS = 15_000;
const SUBMISSIONS_A_MINUTE = 25;
const MINUTE_MS = 60_000;
/** Longest text of the relayer that a detail repeats. */
const MAX_WORDS_CHARS = 200;
/** Words of a refusal after which the same request may be made again (venue notes §7). */
const PASSING = /wallet busy|in-flight|nonce/i;

/** A client of the relayer at `url`. */
export function createRelayerClient(
  http: HttpPort,
  clock: ClockPort,
  url: string,
  credentials: RelayerCredentials,
): RelayerClient {
  const clean = createStrikeOut(secretsOf(credentials));
  let submittedMs: number[] = [];

  /** The relayer's own words, short. */
  const wordsOf = (answer: HttpAnswer): string => clean(statedIn(answer)).slice(0, MAX_WORDS_CHARS);

  async function get<T>(
    path: string,
    query: Readonly<Record<string, string>>,
    schema: z.ZodType<T>,
  ): Promise<Result<T, string>> {
    const address = `${url}${path}?${new URLSearchParams(query).toString()}`;
    const answer = await http.request({ method: 'GET', url: address, headers: {}, body: null, timeoutMs: TIMEOUT_MS });
    if (!('status' in answer)) return err(`relayer ${path}: ${answer.detail}`);
    if (answer.status !== 200) return err(`relayer ${path}: HTTP ${answer.status}, ${wordsOf(answer)}`);
    const parsed = schema.safeParse(parseJson(answer.body));
    return parsed.success ? ok(parsed.data) : err(`relayer ${path}: the answer cannot be read`);
  }

  function quota(): number {
    const nowMs = clock.monotonicMs();
    submittedMs = submittedMs.filter((atMs) => nowMs - atMs < MINUTE_MS);
    return SUBMISSIONS_A_MINUTE - submittedMs.length;
  }

  return {
    get quota() {
      return quota();
    },
    async nonce(address, type) {
      const answer = await get('/nonce', { address, type }, z.object({ nonce: z.coerce.string() }));
      return answer.ok ? ok(answer.value.nonce) : answer;
    },
    relayPayload: (address) =>
      get('/relay-payload', { address, type: 'PROXY' }, z.object({ address: z.string(), nonce: z.coerce.string() })),
    async deployed(address, type) {
      const answer = await get('/deployed', { address, type }, z.object({ deployed: z.boolean() }));
      return answer.ok ? ok(answer.value.deployed) : answer;
    },
    async submit(request) {
      if (quota() <= 0)
        return err({ kind: 'quota', detail: 'the relayer takes 25 submissions a minute, and they are used up' });
      submittedMs.push(clock.monotonicMs());
      const body = JSON.stringify(request);
      const headers = {
        'content-type': 'application/json',
        ...authHeaders(credentials, clock, 'POST', '/submit', body),
      };
      const answer = await http.request({ method: 'POST', url: `${url}/submit`, headers, body, timeoutMs: TIMEOUT_MS });
      if (!('status' in answer))
        return err({ kind: answer.sent ? 'unknown' : 'not-sent', detail: `relayer: ${answer.detail}` });
      if (answer.status === 429) return err({ kind: 'quota', detail: `relayer: ${wordsOf(answer)}` });
      if (answer.status >= 500)
        return err({ kind: 'unknown', detail: `relayer: HTTP ${answer.status}, ${wordsOf(answer)}` });
      if (answer.status >= 400) {
        const words = wordsOf(answer);
        return err({ kind: PASSING.test(words) ? 'not-sent' : 'refused', detail: `relayer: ${words}` });
      }
      const parsed = transactionSchema.safeParse(parseJson(answer.body));
      return parsed.success ? ok(parsed.data) : err({ kind: 'unknown', detail: 'relayer: the answer cannot be read' });
    },
    async transaction(id) {
      const answer = await get('/transaction', { id }, z.array(transactionSchema));
      return answer.ok ? ok(answer.value[0] ?? null) : answer;
    },
  };
}

/** Headers of an authenticated call: the same recipe as the CLOB's (venue notes §3.1), under the builder's names. */
function authHeaders(
  credentials: RelayerCredentials,
  clock: ClockPort,
  method: string,
  path: string,
  body: string,
): Record<string, string> {
  if (credentials.kind === 'relayer-key') {
    return { RELAYER_API_KEY: credentials.apiKey, RELAYER_API_KEY_ADDRESS: credentials.address };
  }
  const timestamp = String(Math.floor(clock.now() / 1_000));
  const key = Buffer.from(credentials.secret.replaceAll('-', '+').replaceAll('_', '/'), 'base64');
  const signature = createHmac('sha256', key).update(`${timestamp}${method}${path}${body}`).digest('base64');
  return {
    POLY_BUILDER_API_KEY: credentials.apiKey,
    POLY_BUILDER_PASSPHRASE: credentials.passphrase,
    POLY_BUILDER_SIGNATURE: signature.replaceAll('+', '-').replaceAll('/', '_'),
    POLY_BUILDER_TIMESTAMP: timestamp,
  };
}

function statedIn({ body }: HttpAnswer): string {
  const parsed = z.object({ error: z.string() }).safeParse(parseJson(body));
  return parsed.success ? parsed.data.error : body;
}

function secretsOf(credentials: RelayerCredentials): readonly string[] {
  if (credentials.kind === 'relayer-key') return [credentials.apiKey];
  return [credentials.apiKey, credentials.secret, credentials.passphrase];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // An HTML page of something in between: the schema refuses it.
    return undefined;
  }
}
