import { describe, expect, test } from 'vitest';
import {
  type Admission,
  createRequestGate,
  type GateRequest,
  type RequestClass,
} from '../../../runner/clob/request-gate.ts';
import { type LimitName, REQUEST_LIMITS } from '../../../runner/clob/request-limits.ts';
import { createRunnerTime } from '../../support/runner-ports.ts';

const START_MS = 1_795_402_800_000;

function gateOf({ connections = 16, orders = REQUEST_LIMITS['signer-order'] } = {}) {
  const { clock, timers, virtual } = createRunnerTime(START_MS);
  const limits = { ...REQUEST_LIMITS, 'signer-order': orders };
  const gate = createRequestGate({ clock, timers, limits, connections });
  const admitted: string[] = [];
  /** Asks for a place and notes by name when it comes. */
  const enter = (name: string, requestClass: RequestClass, waitMs = 1_000, cost = 1) => {
    const limit: LimitName =
      requestClass === 'cancel' ? 'signer-cancel' : requestClass === 'order' ? 'signer-order' : 'data';
    const request: GateRequest = { requestClass, limits: [limit], cost, deadlineMs: clock.monotonicMs() + waitMs };
    const entered = gate.enter(request);
    const note = (admission: Admission): Admission => {
      if (admission.admitted) admitted.push(name);
      return admission;
    };
    const result = entered instanceof Promise ? entered.then(note) : note(entered);
    return { request, result, isImmediate: !(entered instanceof Promise) };
  };
  return { gate, clock, virtual, admitted, enter };
}

describe('createRequestGate', () => {
  test('default: at once where there is room', () => {
    const { enter } = gateOf();
    expect(enter('a', 'order')).toMatchObject({ isImmediate: true, result: { admitted: true } });
  });

  test('behavior: cancels before orders before questions', async () => {
    const { gate, virtual, admitted, enter } = gateOf({ connections: 1 });
    const first = enter('first', 'order');
    enter('question', 'query');
    enter('order', 'order');
    enter('cancel', 'cancel');
    enter('cancel 2', 'cancel');
    let under: GateRequest = first.request;
    for (let left = 0; left < 4; left++) {
      gate.leave(under, true);
      await virtual.settleTo(START_MS);
      under = { ...first.request, requestClass: (['cancel', 'cancel', 'order', 'query'] as const)[left] ?? 'query' };
    }
    expect(admitted).toEqual(['first', 'cancel', 'cancel 2', 'order', 'question']);
  });

  test('behavior: orders and questions that hang leave connections for cancels', () => {
    const { enter } = gateOf({ connections: 8 });
    for (let index = 0; index < 8; index++) enter(`question ${index}`, 'query');
    for (let index = 0; index < 8; index++) enter(`order ${index}`, 'order');
    expect(enter('cancel 1', 'cancel').isImmediate).toBe(true);
    expect(enter('cancel 2', 'cancel').isImmediate).toBe(true);
    expect(enter('cancel 3', 'cancel').isImmediate).toBe(false);
  });

  test('behavior: within a class first come, first served, and each when its tokens are there', async () => {
    const { virtual, admitted, enter } = gateOf({ orders: { capacity: 2, perSecond: 10 } });
    enter('a', 'order', 1_000, 2);
    enter('b', 'order', 1_000, 2);
    enter('c', 'order', 1_000, 1);
    await virtual.settleTo(START_MS + 199);
    expect(admitted).toEqual(['a']);
    await virtual.settleTo(START_MS + 200);
    expect(admitted).toEqual(['a', 'b']);
    await virtual.settleTo(START_MS + 300);
    expect(admitted).toEqual(['a', 'b', 'c']);
  });

  test('behavior: who could not leave in time is told at once, and when it could', () => {
    const { enter } = gateOf({ orders: { capacity: 2, perSecond: 10 } });
    enter('a', 'order', 0, 2);
    expect(enter('b', 'order', 50, 1).result).toEqual({ admitted: false, cause: 'limit', readyMs: START_MS + 100 });
    expect(enter('c', 'order', 50, 3).result).toMatchObject({ admitted: false, readyMs: Number.POSITIVE_INFINITY });
    expect(enter('d', 'order', -1, 0).result).toEqual({ admitted: false, cause: 'deadline' });
  });

  test('behavior: nobody waits beyond the deadline for a connection, wherever in the queue', async () => {
    const { virtual, enter, clock } = gateOf({ connections: 1 });
    enter('hangs', 'order');
    const patient = enter('patient', 'order', 500);
    const hasty = enter('hasty', 'order', 100);
    await virtual.settleTo(START_MS + 101);
    await expect(hasty.result).resolves.toEqual({ admitted: false, cause: 'deadline' });
    expect(clock.monotonicMs()).toBe(START_MS + 101);
    await virtual.settleTo(START_MS + 501);
    await expect(patient.result).resolves.toEqual({ admitted: false, cause: 'deadline' });
    expect(virtual.nextDueMs()).toBeNull();
  });

  test('behavior: what orders were refused for does not hold up cancels', async () => {
    const { gate, virtual, admitted, enter } = gateOf();
    gate.block(['signer-order'], 400);
    enter('order', 'order');
    enter('cancel', 'cancel');
    expect(admitted).toEqual(['cancel']);
    await virtual.settleTo(START_MS + 400);
    expect(admitted).toEqual(['cancel', 'order']);
  });

  test('behavior: what never left has used up nothing', () => {
    const { gate, enter } = gateOf({ orders: { capacity: 1, perSecond: 1 } });
    const { request } = enter('a', 'order');
    gate.leave(request, false);
    expect(enter('b', 'order').isImmediate).toBe(true);
  });

  test('behavior: an overdraft and the venue’s own count make others wait', () => {
    const { gate, enter } = gateOf();
    gate.charge('signer-cancel', 200);
    expect(enter('cancel', 'cancel', 500).result).toEqual({
      admitted: false,
      cause: 'limit',
      readyMs: START_MS + 1_013,
    });
    gate.remaining('signer-order', 0);
    expect(enter('order', 'order', 10).result).toMatchObject({ admitted: false, readyMs: START_MS + 25 });
  });
});
