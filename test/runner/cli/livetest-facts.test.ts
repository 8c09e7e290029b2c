/** `livetest --facts`: what it settles on the embedded venue, within its budget, and what becomes of the file. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createBudget } from '../../../runner/cli/facts/budget.ts';
import { feeFact } from '../../../runner/cli/facts/first-fill.ts';
import { boundaryFact, feeScheduleKeys } from '../../../runner/cli/facts/window-end.ts';
import {
  acknowledgedTakerDelay,
  FACT_NAMES,
  type Fact,
  type FactsFile,
  factsDay,
  gtdMinimumSeconds,
  readNewestFacts,
  writeFacts,
} from '../../../runner/facts-file.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { type CliWorld, setUpAccount, startCliWorld } from '../../support/cli-world.ts';

// Real sockets on whatever machine this is: in no hurry.
vi.setConfig({ testTimeout: 60_000 });

const USDC = 1_000_000;
let world: CliWorld | null = null;
let folder = '';

afterEach(async () => {
  await world?.stop();
  world = null;
  if (folder !== '') rmSync(folder, { recursive: true });
  folder = '';
});

const factOf = (facts: readonly Fact[], name: string) => facts.find((fact) => fact.name === name);

describe('livetest --facts', () => {
  test('default: settles what the venue shows, with a window’s end and its result, and writes one dated file', async () => {
    // Waiting is real here: a window's end is waited for.
    world = await startCliWorld({ speed: 50, quick: 1 });
    const cli = world;
    await setUpAccount(cli);
    const before = (await cli.run(['balance', '--json'])).json.pusdMicro;
    const run = await cli.run(['livetest', '--facts', '--budget', '5', '--yes', '--json']);
    expect(run.ok).toBe(true);
    const facts: readonly Fact[] = run.json.facts;
    expect(facts.map(({ name }) => name)).toEqual(FACT_NAMES);
    expect(factOf(facts, 'price-side')).toMatchObject({ status: 'settled', value: 'buy-is-best-bid' });
    expect(factOf(facts, 'rtds-cut-off')).toMatchObject({ status: 'settled', value: 'served' });
    expect(factOf(facts, 'boundary-tick')).toMatchObject({ status: 'settled', value: 0 });
    expect(factOf(facts, 'accepting-orders-end')).toMatchObject({ status: 'settled' });
    expect(factOf(facts, 'fee-schedule-spelling')).toMatchObject({
      value: ['rate', 'exponent', 'taker_only', 'rebate_rate'],
    });
    expect(factOf(facts, 'signer-rate-limit')?.value).toContain('poly-ratelimit-remaining');
    for (const name of ['key-binding', 'auto-redeemer-latency', 'post-from-workers']) {
      expect(factOf(facts, name)).toMatchObject({ status: 'not-settled', value: null });
    }

    const after = (await cli.run(['balance', '--json'])).json;
    expect(before - after.pusdMicro).toBeLessThanOrEqual(run.json.committedMicro);
    expect(run.json.committedMicro).toBeLessThanOrEqual(5 * USDC);
    expect(after.openOrders).toEqual([]);
    expect(run.json.file).toBe(join(cli.stateFolder, `facts-${factsDay(Date.now())}.json`));
    expect(statSync(run.json.file).mode & 0o777).toBe(0o600);
    const read = readNewestFacts(cli.stateFolder, 'embedded');
    expect(read.ok && read.value?.facts).toEqual(facts);
  });

  test('behavior: a first purchase shows the taker delay and what the fee is taken in, and the configuration reads it', async () => {
    // At real speed: fifty times as fast, a busy machine is too slow for the price that it saw.
    world = await startCliWorld({ speed: 1, quick: 1 });
    await setUpAccount(world);
    const run = await world.run(['livetest', '--facts', '--budget', '5', '--patience', '1', '--yes', '--json']);
    const facts: readonly Fact[] = run.json.facts;
    expect(factOf(facts, 'fee-debit-asset')).toMatchObject({ status: 'settled', value: 'pusd' });
    expect(factOf(facts, 'taker-delay')).toMatchObject({ status: 'settled', value: 150 });
    const read = readNewestFacts(world.stateFolder, 'embedded');
    expect(acknowledgedTakerDelay(read.ok ? read.value : null)).toBe(150);
  });

  test('behavior: the shortest GTD life that is taken is found', async () => {
    world = await startCliWorld({ speed: 1, quick: 1 });
    await setUpAccount(world);
    const run = await world.run(['livetest', '--facts', '--budget', '0.5', '--patience', '1', '--yes', '--json']);
    const gtd = factOf(run.json.facts, 'gtd-minimum');
    expect(gtd).toMatchObject({ status: 'settled', value: 62 });
    expect(gtd?.observed).toMatch(/refused: 30 s \(.*expiration/);
    const read = readNewestFacts(world.stateFolder, 'embedded');
    expect(gtdMinimumSeconds(read.ok ? read.value : null)).toBe(62);
    // The purchase does not fit into half a dollar, the window's end not into a second.
    expect(factOf(run.json.facts, 'fee-debit-asset')?.observed).toMatch(/more than is left of the budget/);
    expect(factOf(run.json.facts, 'boundary-tick')?.observed).toMatch(/raise --patience/);
    expect(run.json.committedMicro).toBe(3 * 50_000);
  });

  test('behavior: whose key signs for a deposit wallet is settled', async () => {
    world = await startCliWorld({ world: { rules: { keyBinding: 'wallet' } } });
    const cli = world;
    const { json: created } = await cli.run(['wallet', 'create', '--json']);
    Object.assign(cli.environment, {
      POLY_PRIVATE_KEY_FILE: created.keyFile,
      POLY_SIGNATURE_TYPE: '3',
      POLY_FUNDER: created.wallet,
      RUNNER_BANKROLL_USDC: '50',
    });
    await cli.post('/faucet', { address: created.wallet, pusdMicro: 60 * USDC, approve: true });
    await cli.run(['keys', 'create']);
    const run = await cli.run(['livetest', '--facts', '--budget', '0.2', '--patience', '1', '--yes', '--json']);
    expect(factOf(run.json.facts, 'key-binding')).toMatchObject({ status: 'settled', value: 'wallet' });
  });

  test('behavior: the learning budget of this machine is the limit whatever the flag says', async () => {
    world = await startCliWorld({ speed: 1, quick: 1 });
    await setUpAccount(world);
    world.environment['LEARNING_BUDGET_USDC'] = '0.1';
    const run = await world.run(['livetest', '--facts', '--budget', '5', '--patience', '1', '--yes', '--json']);
    expect(run.json).toMatchObject({ budgetMicro: 100_000 });
    expect(run.json.committedMicro).toBeLessThanOrEqual(100_000);
  });

  test('error: red guards and a no send nothing and write nothing', async () => {
    world = await startCliWorld();
    await setUpAccount(world);
    expect((await world.run(['livetest', '--facts'], false)).ok).toBe(false);
    await world.post('/faults', { geoblocked: true });
    expect((await world.run(['livetest', '--facts', '--yes'])).ok).toBe(false);
    expect(readNewestFacts(world.stateFolder, 'embedded')).toEqual({ ok: true, value: null });
    expect((await world.run(['livetest', '--facts', '--budget', 'all'])).problem).toMatch(/--budget must be an amount/);
  });
});

describe('createBudget', () => {
  test('behavior: what is committed never exceeds the limit, whatever is asked for', () => {
    assertProperty(
      fc.property(
        fc.integer({ min: 1, max: 10 * USDC }),
        fc.array(fc.integer({ min: 0, max: 4 * USDC })),
        (limit, asks) => {
          const budget = createBudget(limit);
          let granted = 0;
          for (const ask of asks) if (budget.take(ask)) granted += ask;
          expect(budget.committedMicro).toBe(granted);
          expect(granted).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });
});

describe('feeFact', () => {
  test('behavior: what is short by the fee is what it was taken in', () => {
    const inPusd = feeFact({ sharesMicro: 5 * USDC, pusdMicro: -2_587_500 }, 5 * USDC, 2_500_000, 1);
    expect(inPusd).toMatchObject({ status: 'settled', value: 'pusd' });
    const inShares = feeFact({ sharesMicro: 4_825_000, pusdMicro: -2_500_000 }, 5 * USDC, 2_500_000, 1);
    expect(inShares).toMatchObject({ status: 'settled', value: 'shares' });
    expect(feeFact({ sharesMicro: 5 * USDC, pusdMicro: -2_500_000 }, 5 * USDC, 2_500_000, 1).status).toBe(
      'not-settled',
    );
    expect(feeFact(null, 5 * USDC, 2_500_000, 1).status).toBe('not-settled');
  });
});

describe('boundaryFact', () => {
  const endMs = 1_795_405_200_000;
  const tick = (offsetMs: number, usd: number) => ({
    tsEvent: endMs + offsetMs,
    priceE18: BigInt(usd * 100) * 10n ** 16n,
  });
  const ticks = [tick(-1_000, 84_500), tick(0, 84_501), tick(1_000, 84_502)];

  test('behavior: the tick whose price is the official one is named by its distance from the boundary', () => {
    expect(boundaryFact(ticks, endMs, 84_501n * 10n ** 18n)).toMatchObject({ status: 'settled', value: 0 });
    expect(boundaryFact(ticks, endMs, 84_500n * 10n ** 18n + 400_000_000_000n)).toMatchObject({ value: -1_000 });
  });

  test('error: no tick, or several, settle nothing', () => {
    expect(boundaryFact(ticks, endMs, 84_505n * 10n ** 18n).status).toBe('not-settled');
    expect(boundaryFact([...ticks, tick(2_000, 84_501)], endMs, 84_501n * 10n ** 18n).status).toBe('not-settled');
  });
});

describe('feeScheduleKeys', () => {
  test('behavior: the keys as the venue spells them; nothing of other frames', () => {
    const message = { event_type: 'new_market', fee_schedule: { rate: '0.07', takerOnly: true } };
    expect(feeScheduleKeys(JSON.stringify([message]))).toEqual(['rate', 'takerOnly']);
    expect(feeScheduleKeys('PONG')).toBeNull();
    expect(feeScheduleKeys('"new_market" {')).toBeNull();
    expect(feeScheduleKeys('{"event_type":"new_market"}')).toBeNull();
  });
});

describe('readNewestFacts', () => {
  const file = (date: string, venue: FactsFile['venue'], delayMs: number): FactsFile => ({
    version: 1,
    venue,
    date,
    writtenMs: 1,
    budgetMicro: 5 * USDC,
    facts: [{ name: 'taker-delay', status: 'settled', observed: 'seen', value: delayMs, worstCaseMicro: 0 }],
  });

  test('behavior: the newest of the venue that is asked for', () => {
    folder = mkdtempSync(join(tmpdir(), 'facts-'));
    writeFacts(folder, file('2026-11-21', 'polymarket', 250));
    writeFacts(folder, file('2026-11-22', 'polymarket', 300));
    writeFacts(folder, file('2026-11-23', 'embedded', 1));
    const real = readNewestFacts(folder, 'polymarket');
    expect(real.ok && acknowledgedTakerDelay(real.value)).toBe(300);
    expect(readNewestFacts(join(folder, 'none'), 'polymarket')).toEqual({ ok: true, value: null });
  });

  test('error: a damaged file is one sentence, not a guess', () => {
    folder = mkdtempSync(join(tmpdir(), 'facts-'));
    writeFileSync(join(folder, 'facts-2026-11-23.json'), '{"version":2}');
    expect(readNewestFacts(folder, 'polymarket')).toMatchObject({
      ok: false,
      error: expect.stringContaining('cannot be read: delete it'),
    });
    expect(readFileSync(join(folder, 'facts-2026-11-23.json'), 'utf8')).toBe('{"version":2}');
  });
});
