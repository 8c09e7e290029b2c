import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageToRunnerSchema } from '../../../core/protocol/link-schemas-to-runner.ts';
import { isHotMessage } from '../../../core/protocol/read-intent.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { anOrder } from '../../support/builders.ts';
import { mutationsOf } from '../venue/mutated-json.ts';

const cause = { seq: 5, tsEvent: 10.5, tsInit: 20 };
const MESSAGES: readonly unknown[] = [
  { type: 'submit-order', epoch: 7, order: anOrder({ salt: 1 }), cause },
  { type: 'submit-order', epoch: 7, order: anOrder({ salt: 1, amount: { unit: 'pusd', spendMicro: 5 } }), cause },
  { type: 'cancel-order', epoch: 7, clientOrderId: 'mm-1', cause },
  { type: 'lease', epoch: 7, number: 1 },
  { type: 'ack', seq: 9 },
];

describe('isHotMessage', () => {
  test.each(MESSAGES.map((message) => [(message as { readonly type: string }).type, message] as const))(
    'default: %s',
    (_type, message) => {
      expect(isHotMessage(JSON.parse(JSON.stringify(message)))).toBe(true);
    },
  );

  test('behavior: takes nothing that the schema refuses, and makes nothing else of it', () => {
    let taken = 0;
    assertProperty(
      fc.property(fc.constantFrom(...MESSAGES).chain(mutationsOf), (message) => {
        const value: unknown = JSON.parse(JSON.stringify(message));
        if (!isHotMessage(value)) return;
        taken++;
        expect(messageToRunnerSchema.safeParse(value)).toEqual({ success: true, data: value });
      }),
      { numRuns: 5_000 },
    );
    expect(taken).toBeGreaterThan(50);
  });

  test('behavior: takes all of these messages that the schema takes', () => {
    assertProperty(
      fc.property(fc.constantFrom(...MESSAGES).chain(mutationsOf), (message) => {
        const value: unknown = JSON.parse(JSON.stringify(message));
        const parsed = messageToRunnerSchema.safeParse(value);
        const isOne = parsed.success && ['submit-order', 'cancel-order', 'lease', 'ack'].includes(parsed.data.type);
        expect(isHotMessage(value)).toBe(isOne);
      }),
      { numRuns: 5_000 },
    );
  });

  test('behavior: other messages are the schema’s', () => {
    for (const value of [null, [], 'lease', { type: 'pong', id: 1 }, { type: 'welcome', ackSeq: 0 }]) {
      expect(isHotMessage(value)).toBe(false);
    }
  });
});
