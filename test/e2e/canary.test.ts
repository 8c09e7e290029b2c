/**
 * No secret in any log, error, row, file or response: a run with known secrets trades through health and faults, every route is asked, a
 * few commands are given, and everything that can be read of it afterwards is searched.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { ROUTES } from '../../workers/access-table.ts';
import { startSocksServer } from '../support/socks-server.ts';
import { SERIES, statusOf } from './support/run-api.ts';
import { cliEnvironment, runCli } from './support/run-cli.ts';
import { childrenOf, cleanUp, freePort, type RunProcess, startRun, temporaryFolder } from './support/run-process.ts';
import { createSecretScan, type SecretScan, type Secrets } from './support/secret-scan.ts';

/** Made up, and long enough that chance does not write them. */
const PLANTED = {
  'viewer token': 'canary-viewer-token-5f1c9d7e20',
  'operator token': 'canary-operator-token-83be01aa47',
  'proxy password': 'canary-proxy-password-d04c6e19',
  'node key': 'canary-node-key-7729fa10c3',
  'relayer key': 'canary-relayer-key-2be8d55f61',
  'builder secret': 'Y2FuYXJ5LWJ1aWxkZXItc2VjcmV0LTkx',
  'builder passphrase': 'canary-builder-passphrase-60aa',
} as const;

/** Where a secret has to be: for the user of the run alone, and named so in the run folder's own list. */
const KEPT = new Set(['wallet.key', 'link.key', 'tokens.json']);
/** The venue's own records of its customers' keys: the far end's secrets, not ours to hide. */
const VENUE_ACCOUNTS = join('venue', 'accounts.json');

const WINDOW_LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d–\d\d:\d\d {2}strike /;
const POST = 'POST /order';
const WORD_OF_ROWS = 'order-accepted';

afterEach(cleanUp);

/** Stands in the log where the venue's words held a secret. */
const STRUCK_OUT = '[secret]';

/**
 * What the venue does wrong from now on, each with the next request that it concerns; `echo` is what only we and it may know. A refused
 * log-in comes last: after it nothing is sent any more.
 */
function faultsWith(echo: string): readonly object[] {
  const rule = (route: string, nth: number, fault: object) => ({ match: { route, nth }, fault });
  const answer = (route: string, nth: number, status: number, body: string) =>
    rule(route, nth, { kind: 'answer', accepted: false, status, body });
  return [
    answer(POST, 1, 200, JSON.stringify({ success: false, errorMsg: `what is ${echo}?`, orderID: '' })),
    answer(POST, 2, 400, JSON.stringify({ error: `invalid signature: ${echo}` })),
    answer(POST, 3, 500, `<html>could not insert order of ${echo}</html>`),
    answer(POST, 4, 200, '{"success":true'),
    answer(POST, 5, 200, JSON.stringify({ success: true, orderID: '0x1', status: echo })),
    rule(POST, 6, { kind: 'lose-response' }),
    rule(POST, 7, { kind: 'lose-request' }),
    answer('DELETE /order', 1, 500, echo),
    answer('DELETE /order', 2, 200, JSON.stringify({ canceled: [echo] })),
    answer('GET /data/orders', 1, 200, JSON.stringify({ data: [{ id: echo }], next_cursor: echo })),
    answer('GET /balance-allowance', 1, 200, JSON.stringify({ balance: echo })),
    answer(POST, 8, 401, JSON.stringify({ error: `Unauthorized/Invalid api key: ${echo}` })),
  ];
}

/** Without these words in the runner's log, and these in the rows, the faults have not come about. */
const LOGGED = [
  `invalid signature: ${STRUCK_OUT}`,
  'The venue has answered in a form that is not known',
  `Unauthorized/Invalid api key: ${STRUCK_OUT}`,
];
const IN_ROWS = `what is ${STRUCK_OUT}`;

interface VenueKey {
  readonly secret: string;
  readonly passphrase: string;
}

/** Every secret and passphrase that the venue has given out, wherever its records hold them. */
function venueKeys(run: RunProcess): readonly VenueKey[] {
  const found: VenueKey[] = [];
  const look = (value: unknown): void => {
    if (typeof value === 'string' && value.startsWith('{')) look(JSON.parse(value));
    if (typeof value !== 'object' || value === null) return;
    const { secret, passphrase } = value as Partial<VenueKey>;
    if (typeof secret === 'string' && typeof passphrase === 'string') found.push({ secret, passphrase });
    for (const inner of Object.values(value)) look(inner);
  };
  look(JSON.parse(readFileSync(join(run.folder, VENUE_ACCOUNTS), 'utf8')));
  return found;
}

function secretsOf(run: RunProcess): Secrets {
  const keys = venueKeys(run);
  expect(keys.length).toBeGreaterThan(0);
  return {
    ...PLANTED,
    'private key': readFileSync(join(run.folder, 'wallet.key'), 'utf8').trim(),
    'link key': readFileSync(join(run.folder, 'link.key'), 'utf8').trim(),
    ...Object.fromEntries(
      keys.flatMap(({ secret, passphrase }, index) => [
        [`API secret ${index}`, secret],
        [`API passphrase ${index}`, passphrase],
      ]),
    ),
  };
}

/** Every route of the Worker's own table, as a stranger, as a viewer, as an operator and with a wrong body: all that is answered. */
async function everyAnswer(run: RunProcess): Promise<readonly (readonly [where: string, body: Buffer])[]> {
  const answers: (readonly [string, Buffer])[] = [];
  const tokens = {
    stranger: 'no-token-at-all-of-this-run',
    viewer: PLANTED['viewer token'],
    operator: PLANTED['operator token'],
  };
  for (const { method, path } of Object.values(ROUTES)) {
    for (const [who, token] of Object.entries(tokens)) {
      for (const slug of [SERIES, 'eth-updown-5m']) {
        const url = `${run.url}${path.replace('{slug}', slug)}`;
        const response = await fetch(url, {
          method,
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          // No reason: refused, so that nothing is stopped by it.
          ...(method === 'POST' ? { body: '{"reason":7}' } : {}),
        });
        const head = JSON.stringify([...response.headers]);
        answers.push([`${method} ${path} (${who}, ${response.status})`, Buffer.from(await response.arrayBuffer())]);
        answers.push([`headers of ${method} ${path} (${who})`, Buffer.from(head)]);
      }
    }
  }
  return answers;
}

/** Everything that a command says, well or badly ended. */
async function heard(
  found: string[],
  scan: SecretScan,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const { stdout, stderr } = await runCli([...args, '--json'], environment);
  expect(`${stdout}${stderr}`).not.toBe('');
  found.push(...scan.scan(`cli ${args.join(' ')}`, `${stdout}\n${stderr}`));
}

/** The command lines of the run's processes, which every user of the machine can read. */
function commandLines(pid: number): readonly (readonly [string, string])[] {
  const children = childrenOf(pid);
  expect(children.length).toBeGreaterThan(1);
  return children.map((child) => [`command line of ${child.name}`, readFileSync(`/proc/${child.pid}/cmdline`, 'utf8')]);
}

describe('secrets', () => {
  test('behavior: the search finds what is planted, in every form', () => {
    const key = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
    const scan = createSecretScan({ key, word: 'canary/word+1' });
    const bytes = Buffer.from(key.slice(2), 'hex');
    const forms: readonly (string | Buffer)[] = [
      `"detail":"${key}"`,
      key.slice(2).toUpperCase(),
      BigInt(key).toString(),
      bytes.toString('base64'),
      bytes.toString('base64url'),
      Buffer.from(key).toString('base64'),
      'x=canary%2Fword%2B1',
      Buffer.concat([Buffer.from('a page of a database '), gzipSync(`{"detail":"${key}"}`), Buffer.from('and more')]),
    ];
    for (const form of forms) expect(scan.scan('here', form).length).toBeGreaterThan(0);
    expect(scan.scan('here', 'nothing of the kind, 0xac0974bec39a17e3')).toEqual([]);
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'deep'));
    writeFileSync(join(folder, 'deep', 'row'), gzipSync(`canary/word+1`));
    writeFileSync(join(folder, 'wallet.key'), key);
    const database = new DatabaseSync(join(folder, 'rows.sqlite'));
    database.exec('CREATE TABLE journal (seq INTEGER PRIMARY KEY, blob BLOB)');
    // Many pages when compressed, so that the file holds it in pieces.
    const digests = Array.from({ length: 1_000 }, (_, index) => createHash('sha256').update(`${index}`).digest('hex'));
    const long = gzipSync(`${digests.join('')} canary/word+1`);
    database.prepare('INSERT INTO journal VALUES (1, ?)').run(long);
    database.close();
    expect(scan.scanFolder(folder, (path) => KEPT.has(path)).toSorted()).toEqual([
      expect.stringMatching(/^word \(raw\) in deep\/row, compressed at 0$/),
      expect.stringMatching(/^word \(raw\) in rows\.sqlite, journal\.blob, compressed at 0$/),
    ]);
  });

  test('behavior: none of a run leaves it, in health and with everything failing', { timeout: 600_000 }, async () => {
    const venuePort = await freePort();
    const proxy = await startSocksServer({ credentials: { user: 'canary', password: PLANTED['proxy password'] } });
    const base = temporaryFolder();
    const runnerSecrets = {
      SOCKS5_URL: `socks5h://canary:${PLANTED['proxy password']}@127.0.0.1:${proxy.port}`,
      RPC_URL: `http://127.0.0.1:${venuePort}/rpc?key=${PLANTED['node key']}`,
      RELAYER_API_KEY: PLANTED['relayer key'],
      RELAYER_API_KEY_ADDRESS: '0x7777777777777777777777777777777777777777',
      POLY_BUILDER_API_KEY: 'builder',
      POLY_BUILDER_SECRET: PLANTED['builder secret'],
      POLY_BUILDER_PASSPHRASE: PLANTED['builder passphrase'],
    };
    const world = await startRun({
      MODE: 'sim',
      SIM_SPEED: '20',
      LOG_LEVEL: 'debug',
      RUN_FOLDER: join(base, 'run'),
      VENUE_PORT: String(venuePort),
      ADMIN_TOKEN_VIEWER: PLANTED['viewer token'],
      ADMIN_TOKEN_OPERATOR: PLANTED['operator token'],
      ...runnerSecrets,
    });
    await world.line(/^ready in /);
    await world.countOf(WINDOW_LINE, 1);
    const secrets = secretsOf(world);
    const scan = createSecretScan(secrets);
    const found: string[] = [];
    for (const [where, text] of commandLines(world.child.pid ?? 0)) found.push(...scan.scan(where, text));

    // What the far end knows of us.
    const echo = venueKeys(world)
      .flatMap(({ secret, passphrase }) => [secret, passphrase])
      .join(' and ');
    const told = await fetch(`http://127.0.0.1:${venuePort}/faults`, {
      method: 'POST',
      body: JSON.stringify({ plan: faultsWith(echo) }),
    });
    expect(told.status).toBe(200);
    await world.countOf(WINDOW_LINE, 3);
    const { alerts } = await statusOf(world);
    // The faults were noticed: without them the search would have looked at a healthy run only.
    expect(alerts.length).toBeGreaterThan(0);

    const answers = await everyAnswer(world);
    for (const [where, body] of answers) found.push(...scan.scan(where, body));
    // A word that is certainly in the history shows that the search sees inside.
    const history = answers.find(([where]) => where === `GET ${ROUTES.history.path} (operator, 200)`)?.[1];
    expect(createSecretScan({ word: WORD_OF_ROWS }).scan('history', history ?? '')).not.toEqual([]);
    const environment = { ...cliEnvironment(world, `http://127.0.0.1:${venuePort}`), ...runnerSecrets };
    const watching = ['--url', world.url, '--timeout', '5'];
    for (const args of [
      ['balance'],
      ['doctor'],
      ['wallet', 'status'],
      ['cashout', '--dry-run'],
      ['pause', ...watching],
      ['kill', ...watching],
    ]) {
      await heard(found, scan, args, environment);
    }
    proxy.setMode('refuse');
    await heard(found, scan, ['balance'], environment);
    proxy.setMode('ok');
    expect(await world.end('SIGTERM')).toBe(0);
    await proxy.close();

    const runnerLog = readFileSync(join(world.folder, 'runner.log'), 'utf8');
    for (const words of LOGGED) expect(runnerLog).toContain(words);
    found.push(...scan.scan('standard output', world.lines.join('\n')), ...scan.scan('standard error', world.errors()));
    found.push(...scan.scan('current.json', readFileSync(join(base, 'current.json'))));
    // Logs of Worker and runner, the runner's state, and what the object, D1 and the archive hold, row by row.
    found.push(...scan.scanFolder(world.folder, (path) => KEPT.has(path) || path === VENUE_ACCOUNTS));
    expect(scan.files).toBeGreaterThan(10);
    expect(scan.values).toBeGreaterThan(100);
    // The venue's words have come as far as the rows: only because they were struck out is there nothing to find.
    const inRows = createSecretScan({ words: IN_ROWS, series: SERIES }).scanFolder(
      join(world.folder, 'state'),
      () => false,
    );
    expect(inRows).toContainEqual(expect.stringMatching(/^words \(raw\) in .*\.sqlite, journal\./));
    expect(inRows).toContainEqual(expect.stringMatching(/^series \(raw\) in d1.*\.sqlite, \w+\.\w+$/));
    expect(found).toEqual([]);
  });
});
