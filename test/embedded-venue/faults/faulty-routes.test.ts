import { describe, expect, test } from 'vitest';
import type { VenueRequest } from '../../../embedded-venue/connection.ts';
import type { RequestFault } from '../../../embedded-venue/faults/fault-plan.ts';
import { answerWithFaults } from '../../../embedded-venue/faults/faulty-routes.ts';

const REQUEST: VenueRequest = {
  method: 'POST',
  path: '/clob/order',
  query: new URLSearchParams(),
  body: '',
  headers: {},
};

/** What the client gets, and what happened at the venue, in order. */
function under(...faults: RequestFault[]) {
  const happened: string[] = [];
  const response = answerWithFaults(
    REQUEST,
    faults,
    () => {
      happened.push('carried out');
      return { status: 200, body: String(happened.length) };
    },
    () => void happened.push('told'),
  );
  return { response, happened };
}

const answer = (accepted: boolean): RequestFault => ({ kind: 'answer', accepted, status: 502, body: 'bad gateway' });

describe('answerWithFaults', () => {
  test('default', () => {
    expect(under()).toEqual({ response: { status: 200, body: '1' }, happened: ['carried out'] });
  });

  test('behavior: lost before and lost after look the same to the client', () => {
    const before = under({ kind: 'lose-request' });
    const after = under({ kind: 'lose-response' });
    expect([before.response.drop, after.response.drop]).toEqual([true, true]);
    expect([before.happened, after.happened]).toEqual([[], ['carried out']]);
  });

  test('behavior: so does an answer of something on the way', () => {
    for (const accepted of [true, false]) {
      const { response, happened } = under(answer(accepted));
      expect(response).toMatchObject({ status: 502, body: 'bad gateway' });
      expect(response.drop ?? false).toBe(false);
      expect(happened).toEqual(accepted ? ['carried out'] : []);
    }
  });

  test('behavior: a repeated request is carried out twice, and the second answer arrives', () => {
    expect(under({ kind: 'repeat-request' })).toEqual({
      response: { status: 200, body: '2' },
      happened: ['carried out', 'carried out'],
    });
  });

  test('behavior: delays add up; the user channel may be ahead', () => {
    const { response, happened } = under({ kind: 'delay', delayMs: 20 }, { kind: 'channel-first', delayMs: 5 });
    expect(response.delayMs).toBe(25);
    expect(happened).toEqual(['carried out', 'told']);
  });
});
