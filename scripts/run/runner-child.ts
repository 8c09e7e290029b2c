/**
 * The runner as the supervisor's child. When the supervisor is gone, which closes the standard input, it stops in order: it cancels
 * what rests, as on SIGTERM.
 */
process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.resume();
await import('../../runner/main.ts');
