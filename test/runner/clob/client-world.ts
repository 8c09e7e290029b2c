/** A client of the CLOB on scripted answers and virtual time. */

import { createL2Auth } from '../../../runner/clob/auth.ts';
import type { ClobClient } from '../../../runner/clob/clob-client.ts';
import { type ClobClientDeps, createClobClient } from '../../../runner/clob/create-clob-client.ts';
import type { HttpAnswer, HttpFailure, HttpRequest } from '../../../runner/ports.ts';
import {
  createRunnerTime,
  createScriptedHttp,
  fixedRandom,
  type RunnerTime,
  type ScriptedHttp,
} from '../../support/runner-ports.ts';

/** The clock of the vectors. */
export const NOW_MS = 1_795_405_200_123;
/** Publicly known key of the vectors. */
export const CREDENTIALS = {
  key: '11111111-2222-3333-4444-555555555555',
  secret: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
  passphrase: '0123456789abcdef',
};
export const SIGNER_ADDRESS = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
export const FUNDER_ADDRESS = '0x2222222222222222222222222222222222222222';

export function vectorAuth() {
  const auth = createL2Auth(CREDENTIALS, SIGNER_ADDRESS);
  if (!auth.ok) throw new Error(auth.error);
  return auth.value;
}

export interface ClientWorld {
  readonly client: ClobClient;
  readonly http: ScriptedHttp;
  readonly time: RunnerTime;
}

export function createClientWorld(
  answer: (request: HttpRequest, number: number) => HttpAnswer | HttpFailure | Promise<HttpAnswer | HttpFailure>,
  options: Partial<ClobClientDeps> & { readonly speed?: number } = {},
): ClientWorld {
  const { speed = 1, ...changes } = options;
  const time = createRunnerTime(NOW_MS, speed);
  const http = createScriptedHttp(answer);
  const client = createClobClient({
    http,
    clock: time.clock,
    timers: time.timers,
    random: fixedRandom(),
    auth: vectorAuth(),
    clobUrl: 'https://clob.test',
    geoblockUrl: 'https://geo.test/api/geoblock',
    identity: { apiKey: CREDENTIALS.key, funderAddress: FUNDER_ADDRESS },
    signatureType: 2,
    ...changes,
  });
  return { client, http, time };
}
