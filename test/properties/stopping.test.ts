/** A person's stop holds whatever comes, and our own approvals never spend what is not there. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countedCashMicro, reservedCashMicro } from '../../core/engine/risk-context.ts';
import { assertProperty } from '../support/assert-property.ts';
import { aConfig } from '../support/builders.ts';
import { type Action, actionsArbitrary } from '../support/engine-actions.ts';
import { type EngineRun, type RunOptions, startRun } from '../support/engine-run.ts';

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 100);
const params = { numRuns: RUNS };
const TIMEOUT_MS = 600_000;
const risk = { maxDailyLossPpm: 60_000, maxMarketPpm: 30_000, maxOrdersPerSecond: 40 };
const SIMULATED = aConfig({ risk });
const VENUE = aConfig({ risk, execution: 'venue' });
/** So little that cash is what binds. */
const POOR = aConfig({
  risk: { bankrollMicro: 12_000_000, maxOrderPpm: 1e6, maxMarketPpm: 1e6, maxTotalPpm: 1e6, maxDailyLossPpm: 1e6 },
});

const verb = fc.constantFrom('kill' as const, 'flatten' as const, 'pause' as const, 'resume' as const);

/** Histories with several verbs of a person in them, at any place. */
const historyArbitrary = fc
  .tuple(actionsArbitrary, fc.array(fc.tuple(fc.nat({ max: 160 }), verb), { minLength: 1, maxLength: 4 }))
  .map(([actions, verbs]) => {
    const whole: Action[] = [...actions];
    for (const [place, kind] of verbs) whole.splice(place % (whole.length + 1), 0, { do: 'command', kind });
    return whole;
  });

const READY: readonly Action[] = (['linked', 'clean', 'observed'] as const).map((word) => {
  return { do: 'account', word, start: 0, size: 1 };
});

/** In venue execution nothing trades before the runner has linked, compared and stated the money: that comes first, and after crashes. */
function run(actions: readonly Action[], options: RunOptions = {}): EngineRun {
  const engine = startRun({ config: SIMULATED, ...options });
  const venue = options.config?.execution === 'venue';
  const whole = venue
    ? [...READY, ...actions.flatMap((action) => (action.do === 'crash' ? [action, ...READY] : [action]))]
    : actions;
  for (const action of whole) engine.act(action);
  return engine;
}

const sends = (types: readonly string[]) =>
  types.some((type) => type === 'submit-order' || type === 'resend-order' || type === 'merge-complete-sets');

describe('kill', { timeout: TIMEOUT_MS }, () => {
  test.each([
    ['simulated', SIMULATED],
    ['venue', VENUE],
  ])(
    'behavior: in %s execution nothing but cancels is sent from the command to the resume, whatever comes',
    (_, config) => {
      assertProperty(
        fc.property(historyArbitrary, (actions) => {
          let killed = false;
          run(actions, {
            config,
            after: (_state, { event, outputs }) => {
              if (event.type === 'command-received' && event.command.kind === 'kill') killed = true;
              if (event.type === 'command-received' && event.command.kind === 'resume') killed = false;
              if (killed) expect(sends(outputs.map(({ type }) => type))).toBe(false);
            },
          });
        }),
        params,
      );
    },
  );

  test('behavior: it is done only by the word of the venue’s side, and while it is not, everything is cancelled again', () => {
    assertProperty(
      fc.property(historyArbitrary, (actions) => {
        let canceledMs = 0;
        run(actions, {
          config: VENUE,
          after: ({ durable }, { event, outputs }) => {
            if (outputs.some(({ type }) => type === 'cancel-all-orders')) canceledMs = event.tsInit;
            const { stop } = durable;
            if (stop?.verb !== 'kill' || stop.confirmed) return;
            if (event.type === 'timer-fired') expect(event.tsInit - canceledMs).toBeLessThan(2_000);
          },
        });
      }),
      params,
    );
  });

  test('behavior: these histories do kill, flatten, leave positions and trade at a venue', () => {
    const seen = { kills: 0, venueOrders: 0, exits: 0 };
    for (const actions of fc.sample(historyArbitrary, { numRuns: 100, seed: 1 })) {
      const { records } = run(actions);
      const venue = run(actions, { config: VENUE }).records.flatMap(({ outputs }) => outputs);
      if (records.some(({ event }) => event.type === 'command-received' && event.command.kind === 'kill')) seen.kills++;
      if (venue.some(({ type }) => type === 'submit-order')) seen.venueOrders++;
      const exits = [...records.flatMap(({ outputs }) => outputs), ...venue].filter(
        (output) => output.type === 'submit-order' && output.order.strategy === 'flatten',
      );
      if (exits.length > 0) seen.exits++;
    }
    expect(seen.kills).toBeGreaterThan(25);
    expect(seen.venueOrders).toBeGreaterThan(25);
    expect(seen.exits).toBeGreaterThan(3);
  });
});

describe('money', { timeout: TIMEOUT_MS }, () => {
  test.each([
    ['simulated', SIMULATED],
    ['venue', VENUE],
    ['poor', POOR],
  ])('behavior: %s: right after any order all that stands can be paid with cash that is there', (_, config) => {
    assertProperty(
      fc.property(historyArbitrary, (actions) => {
        run(actions, {
          config,
          after: ({ durable }, { outputs }) => {
            const bought = outputs.some((output) => output.type === 'submit-order' && output.order.side === 'buy');
            if (bought) expect(reservedCashMicro(durable)).toBeLessThanOrEqual(countedCashMicro(durable));
          },
        });
      }),
      params,
    );
  });
});
