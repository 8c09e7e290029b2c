import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkMarketAmounts } from '../../../core/execution/amounts.ts';
import { CliProblem } from '../../../runner/cli/cli-problem.ts';
import { type SignEnvironment, sign } from '../../../runner/cli/sign.ts';
import { hasSharedData, sharedVectorPath } from '../../support/shared-data.ts';
import { ANVIL_KEY, type OrderFixture, orderFixtures } from '../../support/signing-fixtures.ts';

interface Answer {
  readonly orderHash?: string;
  readonly body?: string;
  readonly denied?: string;
  readonly detail?: string;
}

const ENVIRONMENT: SignEnvironment = { POLY_PRIVATE_KEY: ANVIL_KEY };

async function* chunksOf(chunks: readonly string[]): AsyncGenerator<string> {
  yield* chunks;
}

async function run(chunks: readonly string[], environment = ENVIRONMENT): Promise<Answer[]> {
  const printed: string[] = [];
  await sign(
    chunksOf(chunks),
    environment,
    (line) => printed.push(line),
    () => undefined,
  );
  for (const line of printed) expect(line).not.toContain('\n');
  return printed.map((line) => JSON.parse(line) as Answer);
}

async function answerTo(line: object | string): Promise<Answer> {
  const answers = await run([`${typeof line === 'string' ? line : JSON.stringify(line)}\n`]);
  expect(answers).toHaveLength(1);
  return answers[0] ?? {};
}

const LINE = {
  chainId: 137,
  tokenID: '46245794795666772433067781887393062158384732383944483451308425580669017314574',
  signatureType: 0,
  negRisk: false,
  kind: 'limit',
  orderType: 'GTC',
  side: 'BUY',
  tickSize: '0.01',
  price: 0.55,
  size: 10,
  salt: 7,
  timestampMs: 1_795_435_200_000,
};
const MARKET_LINE = { ...LINE, kind: 'market', orderType: 'FOK', size: undefined, amount: 10 };
/** The line with numbers spelt as in the text, which JSON.stringify would not do. */
const spelt = (field: string, text: string) => JSON.stringify({ ...LINE, [field]: '#' }).replace('"#"', text);

/** An official market order with more decimals than the venue takes. */
const isRefusedByTheVenue = ({
  input,
  makerAmount,
  takerAmount,
}: Pick<OrderFixture, 'input' | 'makerAmount' | 'takerAmount'>) =>
  input.kind === 'market' &&
  checkMarketAmounts({ makerMicro: Number(makerAmount), takerMicro: Number(takerAmount) }) !== null;

describe('sign', () => {
  test('default: the bodies and hashes of the official client, byte for byte', async () => {
    const fixtures = orderFixtures();
    const answers = await run(fixtures.map(({ input }) => `${JSON.stringify(input)}\n`));
    expect(answers).toHaveLength(fixtures.length);
    let identical = 0;
    for (const [index, fixture] of fixtures.entries()) {
      const answer = answers[index];
      if (isRefusedByTheVenue(fixture)) {
        // Cut to four decimals: another amount, but an order all the same.
        expect(answer?.denied, JSON.stringify(fixture.input)).toBeUndefined();
        expect(answer?.body).not.toBe(fixture.body);
        const { makerAmount, takerAmount } = JSON.parse(answer?.body ?? '').order;
        expect(makerAmount).toBe(fixture.makerAmount);
        expect(Number(takerAmount)).toBe(Math.floor(Number(fixture.takerAmount) / 100) * 100);
        continue;
      }
      identical++;
      expect(answer, JSON.stringify(fixture.input)).toEqual({ orderHash: fixture.orderHash, body: fixture.body });
    }
    expect(identical).toBeGreaterThan(80);
    expect(identical).toBeLessThan(fixtures.length);
  });

  test('behavior: the owner is POLY_API_KEY', async () => {
    const line = JSON.stringify(LINE);
    const [named] = await run([line], { ...ENVIRONMENT, POLY_API_KEY: 'my-key' });
    const [unnamed] = await run([line], { ...ENVIRONMENT, POLY_API_KEY: '' });
    expect(JSON.parse(named?.body ?? '').owner).toBe('my-key');
    expect(JSON.parse(unnamed?.body ?? '').owner).toBe('00000000-0000-0000-0000-000000000001');
    expect(named?.orderHash).toBe(unnamed?.orderHash);
  });

  test.each([
    ['price', '0.55', '0.550'],
    ['price', '0.55', '5.5e-1'],
    ['price', '0.55', '"0.55"'],
    ['size', '10', '10.0000'],
    ['size', '10', '1E1'],
    ['size', '10', '0.1e+2'],
    ['salt', '221654961069', '"221654961069"'],
    ['salt', '9007199254740991', '9007199254740991.0'],
    ['timestampMs', '1795435200000', '1.7954352e12'],
    ['tickSize', '"0.01"', '0.01'],
    ['version', '2', '"2"'],
    ['funder', 'null', '"0x70997970C51812dc3A010C7d01b50e0d17dc79C8"'],
  ])('behavior: %s %s and %s are the same order', async (field, one, other) => {
    const answer = await answerTo(spelt(field, one));
    expect(answer.body).toBeTypeOf('string');
    expect(await answerTo(spelt(field, other))).toEqual(answer);
  });

  test.each([
    ['price', '0.55000000000000000001', 'price-off-grid'],
    ['price', '0.00001', 'price-off-grid'],
    ['price', '1e-5', 'price-off-grid'],
    ['price', '1', 'price-out-of-bounds'],
    ['price', '0', 'price-out-of-bounds'],
    ['price', '-0.55', 'price-out-of-bounds'],
    ['price', '1e30', 'malformed'],
    ['price', '1e999', 'malformed'],
    ['price', 'null', 'malformed'],
    ['price', '"half"', 'malformed'],
    ['tickSize', '"0.02"', 'unknown-tick-size'],
    ['tickSize', '"0.00001"', 'unknown-tick-size'],
    ['tickSize', '""', 'unknown-tick-size'],
    ['size', '0', 'size-not-positive'],
    ['size', '0.009', 'size-not-positive'],
    ['size', '-5', 'size-not-positive'],
    ['size', '10000000.01', 'size-too-large'],
    ['size', '1e40', 'malformed'],
    ['size', 'null', 'malformed'],
    ['amount', '10', 'malformed'],
    ['salt', '9007199254740992', 'invalid-salt'],
    ['salt', '1.5', 'invalid-salt'],
    ['salt', '-1', 'invalid-salt'],
    ['timestampMs', '"soon"', 'invalid-timestamp'],
    ['chainId', '1', 'unsupported-chain'],
    ['signatureType', '4', 'malformed'],
    ['signatureType', '3', 'wallet-mismatch'],
    ['funder', '"0x3333333333333333333333333333333333333333"', 'wallet-mismatch'],
    ['version', '3', 'unsupported-version'],
    ['version', '1', 'unsupported-version'],
    ['tokenID', '"12345"', 'new-protocol-token'],
    ['tokenID', '"0x1234"', 'invalid-token'],
    ['kind', '"market"', 'malformed'],
    ['orderType', '"FOK"', 'malformed'],
    ['orderType', '"GTD"', 'expiration-missing'],
    ['expiration', '1795435900', 'expiration-unexpected'],
    ['side', '"buy"', 'malformed'],
    ['negRisk', '0', 'malformed'],
    ['postOnly', '"true"', 'malformed'],
    ['metadata', '"0xab"', 'invalid-bytes32'],
    ['builderCode', '"me"', 'invalid-bytes32'],
    ['postonly', 'true', 'malformed'],
    ['privateKey', `"${ANVIL_KEY}"`, 'private-key-in-line'],
    ['privateKey', 'null', 'private-key-in-line'],
    ['private_key', '""', 'private-key-in-line'],
  ])('error: %s %s is %s', async (field, text, code) => {
    const answer = await answerTo(spelt(field, text));
    expect(answer).toEqual({ denied: code, detail: expect.stringMatching(/^[A-Z].*\.$/) });
  });

  test('error: post-only with a market order', async () => {
    expect(await answerTo({ ...MARKET_LINE, postOnly: true })).toMatchObject({ denied: 'post-only-taker' });
    expect((await answerTo(MARKET_LINE)).body).toBeTypeOf('string');
  });

  test.each(['', '{', 'null', '[]', '"text"', '7', '{}', '{"__proto__":{}}', '\u0000', '{"price":{"a":1}}'])(
    'error: the line %j is malformed, and the next one is signed',
    async (text) => {
      const answers = await run([`${text}\n${JSON.stringify(LINE)}\n`]);
      expect(answers[0]).toMatchObject({ denied: 'malformed' });
      expect(answers[1]?.body).toBeTypeOf('string');
      expect(answers).toHaveLength(2);
    },
  );

  test('behavior: nothing of a line is repeated, in case that a secret is in it', async () => {
    const secret = ANVIL_KEY.slice(2);
    const lines = [
      `${secret}`,
      `{"${secret}":1}`,
      `{"price":"${secret}"}`,
      JSON.stringify({ ...LINE, [secret]: 1 }),
      JSON.stringify({ ...LINE, side: secret }),
      JSON.stringify({ ...LINE, price: secret }),
      JSON.stringify({ ...LINE, metadata: secret }),
      JSON.stringify({ ...LINE, tokenID: secret }),
      JSON.stringify({ ...LINE, privateKey: ANVIL_KEY }),
    ];
    for (const answer of await run(lines.map((line) => `${line}\n`))) {
      expect(answer.denied).toBeTypeOf('string');
      expect(JSON.stringify(answer)).not.toContain(secret.slice(0, 12));
    }
  });

  test('behavior: whatever the pieces are that the text comes in', async () => {
    const text = `${[LINE, MARKET_LINE, { ...LINE, price: 7 }].map((line) => JSON.stringify(line)).join('\n')}`;
    const whole = await run([text]);
    expect(whole).toHaveLength(3);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: text.length }), { maxLength: 6 }), async (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        expect(await run(at.slice(1).map((end, index) => text.slice(at[index], end)))).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  test('error: a line without end is refused once, and the next one is signed', async () => {
    const answers = await run([
      'x'.repeat(60_000),
      'x'.repeat(60_000),
      'x'.repeat(60_000),
      `\n${JSON.stringify(LINE)}`,
    ]);
    expect(answers.map((answer) => answer.denied ?? 'signed')).toEqual(['malformed', 'signed']);
    const ended = await run(['x'.repeat(70_000), 'x']);
    expect(ended.map((answer) => answer.denied)).toEqual(['malformed']);
  });

  test('behavior: any JSON is answered, one line for each', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (json) => {
        const answer = await answerTo(json.replaceAll('\n', ' '));
        expect(answer.denied).toBeTypeOf('string');
      }),
    );
  });

  test.each([
    [undefined, 'Set POLY_PRIVATE_KEY'],
    ['', 'Set POLY_PRIVATE_KEY'],
    ['0x1234', 'cannot be used'],
    ['0'.repeat(64), 'cannot be used'],
  ])('error: the key %j', async (POLY_PRIVATE_KEY, says) => {
    const signing = run([JSON.stringify(LINE)], { POLY_PRIVATE_KEY });
    await expect(signing).rejects.toThrow(CliProblem);
    await expect(signing).rejects.toThrow(says);
  });
});

describe('cli sign', () => {
  const main = join(import.meta.dirname, '../../../runner/cli/main.ts');
  const runCli = (environment: Readonly<Record<string, string>>) => {
    // Of this process's own environment only what Node needs to start.
    const env = {
      PATH: process.env['PATH'] ?? '',
      NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
      ...environment,
    };
    const input = `${JSON.stringify(LINE)}\nnonsense\n`;
    return spawnSync(process.execPath, [main, 'sign', '--json'], { input, env, encoding: 'utf8' });
  };

  test('default: one line out for each line in, status 0 though one was refused', () => {
    const { stdout, status } = runCli({ POLY_PRIVATE_KEY: ANVIL_KEY });
    const answers = stdout.trimEnd().split('\n');
    expect(answers.map((line) => Object.keys(JSON.parse(line)))).toEqual([
      ['orderHash', 'body'],
      ['denied', 'detail'],
    ]);
    expect(status).toBe(0);
  });

  test('behavior: without the native module the same bytes, and it says that it is the slower one', () => {
    const native = runCli({ POLY_PRIVATE_KEY: ANVIL_KEY });
    // The loader of native modules looks for this architecture's binary, and there is none.
    const other = runCli({ POLY_PRIVATE_KEY: ANVIL_KEY, npm_config_arch: 'none' });
    expect(other.stderr).toContain('slower WebAssembly');
    expect(other.stdout).toBe(native.stdout);
    expect(other.status).toBe(0);
  });

  test('error: without a key one sentence, and status 2', () => {
    const { stdout, stderr, status } = runCli({});
    expect({ stdout, stderr, status }).toEqual({
      stdout: '',
      stderr: 'Set POLY_PRIVATE_KEY to the private key that shall sign.\n',
      status: 2,
    });
  });
});

interface OrderVector {
  readonly id: string;
  readonly input: Readonly<Record<string, unknown>> & { readonly kind: 'limit' | 'market' };
  readonly order: { readonly salt: string; readonly makerAmount: string; readonly takerAmount: string };
  readonly orderHash: string;
  readonly bodyJson: string;
}

describe.skipIf(!hasSharedData)('sign, vectors of the official client', () => {
  test('default: of the 90 vectors 74 byte for byte, 10 refused, 6 with the decimals that the venue takes', async () => {
    const file = JSON.parse(readFileSync(sharedVectorPath('polymarket', 'orders-v2.json'), 'utf8')) as {
      readonly privateKey: string;
      readonly cases: readonly OrderVector[];
    };
    const lines = file.cases.map(({ input, order }) => {
      const { privateKey: _key, random: _random, nowMs, ...line } = input;
      return `${JSON.stringify({ ...line, salt: Number(order.salt), timestampMs: nowMs })}\n`;
    });
    const answers = await run(lines, { POLY_PRIVATE_KEY: file.privateKey });
    const denied: Record<string, string> = {};
    const cut: string[] = [];
    let identical = 0;
    for (const [index, { id, input, order, orderHash, bodyJson }] of file.cases.entries()) {
      const answer = answers[index] ?? {};
      if (answer.denied !== undefined) denied[id] = answer.denied;
      else if (answer.body === bodyJson && answer.orderHash === orderHash) identical++;
      else {
        cut.push(id);
        expect(isRefusedByTheVenue({ input, ...order }), id).toBe(true);
        const own = JSON.parse(answer.body ?? '').order;
        expect(own.makerAmount, id).toBe(order.makerAmount);
        expect(Number(order.takerAmount) - Number(own.takerAmount), id).toBeLessThan(100);
        expect(isRefusedByTheVenue({ input, ...own }), id).toBe(false);
      }
    }
    expect(identical).toBe(74);
    expect(cut).toEqual(['v2-079', 'v2-080', 'v2-083', 'v2-084', 'v2-087', 'v2-088']);
    expect(denied).toEqual({
      'v2-017': 'price-off-grid',
      'v2-018': 'price-off-grid',
      'v2-019': 'price-off-grid',
      'v2-042': 'price-off-grid',
      'v2-043': 'price-off-grid',
      'v2-062': 'unsupported-version',
      'v2-063': 'unsupported-version',
      'v2-082': 'price-off-grid',
      'v2-089': 'price-off-grid',
      'v2-090': 'price-off-grid',
    });
  });
});
