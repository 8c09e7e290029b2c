/** From an empty wallet to a green doctor, as a person goes, on the embedded venue over real HTTP and sockets. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type CliWorld, setUpAccount, startCliWorld } from '../../support/cli-world.ts';

// Real sockets on whatever machine this is: in no hurry.
vi.setConfig({ testTimeout: 60_000 });

const USDC = 1_000_000;
let world: CliWorld | null = null;

afterEach(async () => {
  await world?.stop();
  world = null;
});

async function start(options: Parameters<typeof startCliWorld>[0] = {}): Promise<CliWorld> {
  world = await startCliWorld(options);
  return world;
}

/** Rights of a file, as chmod writes them. */
const rightsOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);

describe('wallet and keys', () => {
  for (const keyBinding of ['eoa', 'wallet', 'wrapped'] as const) {
    test(`behavior: a deposit wallet goes from empty to a green doctor where keys are bound by "${keyBinding}"`, async () => {
      const cli = await start({ world: { rules: { keyBinding, depositWalletOnly: true } } });
      cli.environment['RUNNER_BANKROLL_USDC'] = '50';

      const created = await cli.run(['wallet', 'create', '--json']);
      expect(created).toMatchObject({ ok: true, json: { type: 'deposit', created: true } });
      const { keyFile, wallet, signer } = created.json;
      expect(wallet.toLowerCase()).not.toBe(signer.toLowerCase());
      expect(rightsOf(keyFile)).toBe('600');
      Object.assign(cli.environment, {
        POLY_PRIVATE_KEY_FILE: keyFile,
        POLY_SIGNATURE_TYPE: '3',
        POLY_FUNDER: wallet,
      });
      await cli.post('/faucet', { address: wallet, usdceMicro: 60 * USDC });

      const wrapped = await cli.run(['wallet', 'wrap', '60', '--yes', '--json']);
      expect(wrapped.json).toMatchObject({ done: true, amountMicro: 60 * USDC });
      // A cent goes first.
      expect(wrapped.json.transactions).toHaveLength(2);
      expect((await cli.run(['wallet', 'status'])).ok).toBe(false);
      const approved = await cli.run(['wallet', 'approve', '--yes', '--json']);
      expect(approved.json).toMatchObject({ done: true });
      expect(approved.json.changed).toHaveLength(3);
      const keys = await cli.run(['keys', 'create', '--json']);
      expect(keys.json).toMatchObject({
        done: true,
        binding: { eoa: 'signer', wallet: 'wallet', wrapped: 'wallet-wrapped' }[keyBinding],
      });

      const status = await cli.run(['wallet', 'status', '--json']);
      expect(status).toMatchObject({ ok: true, json: { deployed: true, pusdMicro: 60 * USDC, usdceMicro: 0 } });
      const doctor = await cli.run(['doctor', '--json']);
      expect(doctor.json.checks.filter(({ status: state }: { status: string }) => state === 'fail')).toEqual([]);
      expect(doctor.ok).toBe(true);
    });
  }

  test('behavior: approvals are exact, stand as they are, and are all taken back', async () => {
    const cli = await start();
    const wallet = await setUpAccount(cli);
    expect((await cli.run(['wallet', 'approve', '--amount', '25', '--yes', '--json'])).ok).toBe(true);
    const allowances = async () => (await cli.get(`/account/${wallet}`)).allowances;
    const exchange = '0xe111180000d2663c0091e4f400237545b87b996b';
    expect((await allowances()).pusdMicro[exchange]).toBe(25 * USDC);
    const again = await cli.run(['wallet', 'approve', '--amount', '25', '--yes', '--json']);
    expect(again.json).toEqual({ done: true, approved: [] });

    expect((await cli.run(['wallet', 'approve', '--unlimited', '--yes', '--json'])).ok).toBe(true);
    expect((await cli.run(['wallet', 'status'])).lines.join('\n')).toContain('UNLIMITED');

    expect((await cli.run(['wallet', 'revoke'], false)).ok).toBe(false);
    expect((await allowances()).pusdMicro[exchange]).toBeGreaterThan(0);
    expect((await cli.run(['wallet', 'revoke', '--yes'])).ok).toBe(true);
    const status = await cli.run(['wallet', 'status', '--json']);
    expect(status.json.approvals.map(({ now }: { now: unknown }) => now)).toEqual([0, false, false]);
  });

  test('behavior: unwrap gives the USDC.e back', async () => {
    const cli = await start();
    const wallet = await setUpAccount(cli, 20);
    expect((await cli.run(['wallet', 'unwrap', '7.5', '--yes'])).ok).toBe(true);
    expect(await cli.get(`/account/${wallet}`)).toMatchObject({ pusdMicro: 12.5 * USDC, usdceMicro: 7.5 * USDC });
    const tooMuch = await cli.run(['wallet', 'unwrap', '13', '--yes']);
    expect(tooMuch.problem).toMatch(/holds 12\.5 pUSD: that is less than 13/);
  });

  test('behavior: a key file is never overwritten, and gone on with when asked', async () => {
    const cli = await start();
    const first = await cli.run(['wallet', 'create', '--type', 'eoa', '--json']);
    const before = readFileSync(first.json.keyFile, 'utf8');
    const second = await cli.run(['wallet', 'create', '--type', 'eoa']);
    expect(second.problem).toMatch(/is there already and is never overwritten/);
    expect(readFileSync(first.json.keyFile, 'utf8')).toBe(before);
    const third = await cli.run(['wallet', 'create', '--type', 'eoa', '--use-existing', '--json']);
    expect(third.json).toMatchObject({ created: false, signer: first.json.signer });
  });

  test('behavior: keys are kept for this user alone, found again, and revoked at the venue', async () => {
    const cli = await start();
    await setUpAccount(cli);
    const files = ['api-credentials.json', 'api-credentials-read-only.json'].map((name) => join(cli.stateFolder, name));
    for (const file of files) expect(rightsOf(file)).toBe('600');
    const kept = JSON.parse(readFileSync(files[0] ?? '', 'utf8'));
    const other = join(cli.folder, 'elsewhere.json');
    expect((await cli.run(['keys', 'derive', '--file', other, '--json'])).json).toMatchObject({ apiKey: kept.apiKey });
    expect(JSON.parse(readFileSync(other, 'utf8'))).toEqual(kept);

    const unasked = await cli.run(['keys', 'revoke']);
    expect(unasked.problem).toMatch(/--yes/);
    expect((await cli.run(['keys', 'revoke', '--yes', '--json'])).json).toMatchObject({ revoked: kept.apiKey });
    for (const file of files) expect(existsSync(file)).toBe(false);
    expect((await cli.run(['keys', 'derive'])).problem).toMatch(/it has none: run `cli keys create`/);
  });

  test('error: a key file that others can read is refused', async () => {
    const cli = await start();
    await setUpAccount(cli);
    const { chmodSync } = await import('node:fs');
    chmodSync(cli.environment['POLY_PRIVATE_KEY_FILE'] ?? '', 0o644);
    expect((await cli.run(['wallet', 'status'])).problem).toMatch(/can be read by others: chmod 600/);
    const doctor = await cli.run(['doctor', '--json']);
    expect(doctor.ok).toBe(false);
    const key = doctor.json.checks.find(({ name }: { name: string }) => name === 'key');
    expect(key).toMatchObject({ status: 'fail', fix: expect.stringContaining('chmod 600') });
  });

  test('error: settings that do not fit are one sentence each', async () => {
    const cli = await start();
    const cases: readonly (readonly [Record<string, string>, RegExp])[] = [
      [{ MODE: 'fast' }, /MODE must be/],
      [{ POLY_SIGNATURE_TYPE: '4' }, /POLY_SIGNATURE_TYPE must be/],
      [{ CASHOUT_DEST: 'home' }, /CASHOUT_DEST must be an address/],
      [{ SOCKS5_URL: 'http://proxy' }, /SOCKS5_URL cannot be used/],
      [{ RUNNER_BANKROLL_USDC: 'much' }, /RUNNER_BANKROLL_USDC must be an amount/],
      [{ POLY_API_KEY: 'alone' }, /belong together/],
      [{ SERIES: 'Bitcoin' }, /SERIES must be/],
      [{ EMBEDDED_VENUE_URL: 'http://127.0.0.1:9' }, /does not answer: start it with `make run`/],
    ];
    const good = { ...cli.environment };
    for (const [change, sentence] of cases) {
      Object.assign(cli.environment, good, change);
      expect((await cli.run(['balance'])).problem).toMatch(sentence);
      for (const name of Object.keys(change)) delete cli.environment[name];
      Object.assign(cli.environment, good);
    }
    expect((await cli.run(['wallet', 'wrap', '-3'])).problem).toBeTruthy();
    expect((await cli.run(['wallet', 'wrap', 'all'])).problem).toMatch(/must be an amount above 0/);
  });
});
