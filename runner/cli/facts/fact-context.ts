/** What settling one unknown works with, and how its result is put. */
import type { MoneyMicro } from '../../../core/model/money.ts';
import type { Fact, FactName } from '../../facts-file.ts';
import type { HttpAnswer, HttpPort, HttpRequest } from '../../ports.ts';
import type { ClobAccess } from '../session/clob-access.ts';
import type { Session } from '../session/session.ts';
import type { AccountWallet } from '../session/wallet-access.ts';
import type { Budget } from './budget.ts';

export interface FactContext {
  readonly session: Session;
  readonly access: ClobAccess;
  readonly wallet: AccountWallet;
  readonly budget: Budget;
  /** How long something may be waited for. Wall time. */
  readonly patienceMs: number;
  /** Answers to `POST /order` so far, newest last. */
  readonly orderAnswers: readonly HttpAnswer[];
}

export const settled = (
  name: FactName,
  observed: string,
  value: NonNullable<Fact['value']>,
  worstCaseMicro = 0,
): Fact => ({
  name,
  status: 'settled',
  observed,
  value,
  worstCaseMicro,
});

export const notSettled = (name: FactName, why: string, worstCaseMicro: MoneyMicro = 0): Fact => ({
  name,
  status: 'not-settled',
  observed: why,
  value: null,
  worstCaseMicro,
});

/** The same port, each answer shown to `look`. */
export function observeHttp(http: HttpPort, look: (request: HttpRequest, answer: HttpAnswer) => void): HttpPort {
  return {
    async request(request) {
      const answer = await http.request(request);
      if ('status' in answer) look(request, answer);
      return answer;
    },
  };
}
