/** Whether the older price feed is still served (venue notes of 2026-11-23, polymarket §0.3). */
import { parseRtdsFrame } from '../../../core/venue/rtds.ts';
import { type Fact, factsDay } from '../../facts-file.ts';
import { rtdsQuestion } from '../session/price-questions.ts';
import { readSocket } from '../session/read-socket.ts';
import { type FactContext, settled } from './fact-context.ts';

/** It speaks each second where it is served. Wall time. */
const WITHIN_MS = 20_000;

/** Listens. */
export async function settleRtdsCutOff({ session }: FactContext): Promise<Fact> {
  const answer = await readSocket(
    session,
    rtdsQuestion(session, (frame) => (parseRtdsFrame(frame).events.length > 0 ? true : null)),
    WITHIN_MS,
  );
  const day = factsDay(session.clock.wallMs());
  return answer.seen === null
    ? settled('rtds-cut-off', `no price on ${day}: ${answer.detail}`, 'not-served')
    : settled('rtds-cut-off', `still served on ${day}`, 'served');
}
