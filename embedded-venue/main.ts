/**
 * Starts the embedded venue: `node embedded-venue/main.ts --port N --run-folder DIR --seed N --speed N`. Prints one JSON line when it
 * listens (with the span of the recording, `--tape DIR`); SIGTERM and SIGINT stop it. Port 0 takes a free one, which the line names.
 */
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { startVenueServer } from './server.ts';
import { createTapePlayer, type TapePlayer } from './tape-player.ts';
import { createVenueClock } from './venue-clock.ts';
import { createWorld, EMBEDDED_CREDENTIALS } from './world.ts';
import { createWorldStore } from './world-store.ts';

const optionsSchema = z.strictObject({
  port: z.coerce.number().int().min(0).max(65_535),
  'run-folder': z.string().min(1),
  seed: z.coerce.number().int().min(0).max(4_294_967_295),
  speed: z.coerce.number().positive().max(1_000),
  'api-key': z.string().min(1),
  'api-secret': z.string().min(1),
  'api-passphrase': z.string().min(1),
  'key-binding': z.enum(['eoa', 'wallet', 'wrapped']),
  'deposit-wallet-only': z.boolean(),
  'enforce-rate-limits': z.boolean(),
  tape: z.string().min(1).optional(),
  'tape-books': z.enum(['recorded', 'simulated']),
  'tape-settlement': z.enum(['recorded', 'twap-60']),
});

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'run-folder': { type: 'string' },
    seed: { type: 'string', default: '1' },
    speed: { type: 'string', default: '1' },
    'api-key': { type: 'string', default: EMBEDDED_CREDENTIALS.apiKey },
    'api-secret': { type: 'string', default: EMBEDDED_CREDENTIALS.secret },
    'api-passphrase': { type: 'string', default: EMBEDDED_CREDENTIALS.passphrase },
    'key-binding': { type: 'string', default: 'eoa' },
    'deposit-wallet-only': { type: 'boolean', default: false },
    'enforce-rate-limits': { type: 'boolean', default: false },
    tape: { type: 'string' },
    'tape-books': { type: 'string', default: 'simulated' },
    'tape-settlement': { type: 'string', default: 'twap-60' },
  },
});
const parsed = optionsSchema.safeParse(values);
if (!parsed.success) {
  process.stderr.write(`The embedded venue cannot start: ${z.prettifyError(parsed.error)}\n`);
  process.exit(2);
}
const options = parsed.data;
const { seed, speed } = options;
mkdirSync(options['run-folder'], { recursive: true });
const tape = openTape();

const store = createWorldStore(options['run-folder'], Date.now);
const server = await startVenueServer({
  port: options.port,
  store,
  clock: createVenueClock({ runFolder: options['run-folder'], speed, wallNow: Date.now }),
  makeWorld: (originMs, startMs) =>
    createWorld({
      seed,
      originMs,
      startMs,
      speed,
      saved: store.read(),
      credentials: {
        apiKey: options['api-key'],
        secret: options['api-secret'],
        passphrase: options['api-passphrase'],
      },
      rules: {
        keyBinding: options['key-binding'],
        depositWalletOnly: options['deposit-wallet-only'],
        enforceRateLimits: options['enforce-rate-limits'],
      },
      ...(tape === null ? {} : { tape }),
    }),
});

const stop = (): void => void server.stop();
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
process.stdout.write(`${JSON.stringify({ ready: true, port: server.port, ...(tape === null ? {} : tape.spanMs) })}\n`);

/** The recording in place of the generated world; a tape that cannot be played is one sentence. */
function openTape(): TapePlayer | null {
  if (options.tape === undefined) return null;
  const player = createTapePlayer({
    folder: options.tape,
    books: options['tape-books'],
    settlement: options['tape-settlement'],
    seed,
    speed,
  });
  if (player.ok) return player.value;
  process.stderr.write(`The embedded venue cannot start: ${player.error}\n`);
  process.exit(2);
}
