/** The runner's ports for tests of its parts: time that a test moves, chance that it knows, and a far end that it scripts. */
import type {
  ClockPort,
  HttpAnswer,
  HttpFailure,
  HttpPort,
  HttpRequest,
  RandomPort,
  TimersPort,
} from '../../runner/ports.ts';
import { createVirtualClock, type VirtualClock } from './node-ports.ts';

export interface RunnerTime {
  readonly clock: ClockPort;
  readonly timers: TimersPort;
  readonly virtual: VirtualClock;
}

/** The virtual clock as the runner's: its monotonic time is the wall's. */
export function createRunnerTime(startMs: number, speed = 1): RunnerTime {
  const virtual = createVirtualClock(startMs, speed);
  return {
    clock: { ...virtual.clock, monotonicMs: () => virtual.clock.wallMs() },
    timers: virtual.timers,
    virtual,
  };
}

/** Always the same number, and hex digits that count. */
export function fixedRandom(next = 0.5): RandomPort {
  let count = 0;
  return { next: () => next, hex: (bytes) => `${++count}`.padStart(bytes * 2, '0') };
}

export interface ScriptedHttp extends HttpPort {
  readonly requests: readonly HttpRequest[];
}

/** An HTTP port whose every answer comes from a function, at once or when its promise does. */
export function createScriptedHttp(
  answer: (request: HttpRequest, number: number) => HttpAnswer | HttpFailure | Promise<HttpAnswer | HttpFailure>,
): ScriptedHttp {
  const requests: HttpRequest[] = [];
  return {
    requests,
    request(request) {
      requests.push(request);
      return Promise.resolve(answer(request, requests.length - 1));
    },
  };
}

/** An answer with a JSON body. */
export function jsonAnswer(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return { status, headers, body: JSON.stringify(value) };
}
