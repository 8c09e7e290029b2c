/** Canaries: whatever a command says, well or badly ended, no secret is in it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createCliOutput } from '../../../runner/cli/session/cli-output.ts';
import { type CliWorld, setUpAccount, startCliWorld } from '../../support/cli-world.ts';

// Real sockets on whatever machine this is: in no hurry.
vi.setConfig({ testTimeout: 60_000 });

let world: CliWorld | null = null;

afterEach(async () => {
  await world?.stop();
  world = null;
});

const COMMANDS: readonly (readonly string[])[] = [
  ['wallet', 'status'],
  ['wallet', 'approve', '--amount', '20', '--yes'],
  ['keys', 'create'],
  ['keys', 'derive'],
  ['balance'],
  ['doctor'],
  ['livetest', '--yes'],
  ['livetest', '--facts', '--budget', '0.2', '--patience', '1', '--yes'],
  ['cancel', '--once'],
  ['cashout', '--dry-run'],
  ['wallet', 'revoke', '--yes'],
  ['keys', 'revoke', '--yes'],
];

describe('every command', () => {
  test('behavior: says no secret, in words or as JSON, in health and with every request failing', async () => {
    world = await startCliWorld();
    const cli = world;
    await setUpAccount(cli);
    cli.environment['CASHOUT_DEST'] = '0x7777777777777777777777777777777777777777';
    const key = readFileSync(cli.environment['POLY_PRIVATE_KEY_FILE'] ?? '', 'utf8').trim();
    const canaries = new Set([key, key.slice(2), 'relayer-canary-secret', 'an-operator-token-of-the-tests']);
    const note = (): void => {
      for (const name of ['api-credentials.json', 'api-credentials-read-only.json']) {
        const file = join(cli.stateFolder, name);
        if (!existsSync(file)) continue;
        const { secret, passphrase } = JSON.parse(readFileSync(file, 'utf8'));
        canaries.add(secret).add(passphrase);
      }
    };
    cli.environment['POLY_BUILDER_API_KEY'] = 'builder';
    cli.environment['POLY_BUILDER_SECRET'] = 'relayer-canary-secret';
    cli.environment['POLY_BUILDER_PASSPHRASE'] = 'relayer-canary-secret';
    for (const args of COMMANDS) {
      await cli.run([...args]);
      note();
      await cli.run([...args, '--json']);
      note();
    }
    // The venue's answers repeat what it was sent, which its real errors never do: even then nothing is passed on.
    const echo = [...canaries].join(' ');
    const fault = { kind: 'answer', accepted: false, status: 500, body: JSON.stringify({ error: echo }) };
    const routes = [
      'GET /data/orders',
      'GET /balance-allowance',
      'POST /auth/api-key',
      'GET /auth/derive-api-key',
      'DELETE /cancel-all',
    ];
    await cli.post('/faults', { plan: routes.map((route) => ({ match: { route }, fault })) });
    cli.environment['POLY_PRIVATE_KEY'] = key;
    delete cli.environment['POLY_PRIVATE_KEY_FILE'];
    for (const args of [['balance'], ['keys', 'create'], ['keys', 'derive'], ['doctor'], ['doctor', '--json']])
      await cli.run(args);

    expect(canaries.size).toBeGreaterThan(6);
    const said = cli.said.join('\n');
    expect(said.length).toBeGreaterThan(2_000);
    const shown = [...canaries].filter((canary) => said.includes(canary));
    expect(shown).toEqual([]);
  });
});

describe('createCliOutput', () => {
  test('behavior: what is hidden is struck out of lines, notes and results alike', () => {
    const written: string[] = [];
    const notes: string[] = [];
    for (const json of [false, true]) {
      const out = createCliOutput(
        json,
        (line) => void written.push(line),
        (line) => void notes.push(line),
      );
      out.hide('top-secret-text');
      out.line('it is top-secret-text');
      out.note('it is top-secret-text');
      out.result({ it: 'top-secret-text' });
    }
    expect(written).toEqual(['it is [secret]', '{"it":"[secret]"}']);
    expect(notes).toEqual(['it is [secret]', 'it is [secret]']);
  });
});
