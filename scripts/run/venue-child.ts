/**
 * The embedded venue as the supervisor's child. When the supervisor is gone, which closes the standard input, it ends the workerd
 * that is left (a world without its venue would run ahead of it) and then itself.
 */
import { dirname } from 'node:path';
import { endLeftBehind } from './left-behind.ts';

const venueFolder = process.argv[process.argv.indexOf('--run-folder') + 1] ?? '';

async function endAlone(): Promise<void> {
  await endLeftBehind(dirname(venueFolder));
  process.kill(process.pid, 'SIGTERM');
}

process.stdin.on('end', () => void endAlone());
process.stdin.resume();
// Its own arguments are those of this process.
await import('../../embedded-venue/main.ts');
