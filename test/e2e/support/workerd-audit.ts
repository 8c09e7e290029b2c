/** Runs the audit of a history inside workerd. */
import { convertV4MiniflareOptions, Miniflare, NoOpLog } from 'miniflare';
import type { HistoryAudit } from '../../../runner/cli/history-audit.ts';
import { bundleForWorkerd } from '../../../scripts/run/bundle.ts';
import { ROOT } from './run-process.ts';

/** The audit's result, or what it could not read. */
export async function auditInWorkerd(
  history: Uint8Array,
): Promise<{ readonly ok: true; readonly value: HistoryAudit } | { readonly ok: false; readonly error: string }> {
  const contents = await bundleForWorkerd(ROOT, 'test/e2e/support/replay-worker.ts', 'unversioned');
  const options = convertV4MiniflareOptions({
    modules: [{ type: 'ESModule', path: `${ROOT}/replay-worker.js`, contents }],
    modulesRoot: ROOT,
    compatibilityDate: '2026-10-23',
    compatibilityFlags: ['nodejs_compat'],
    host: '127.0.0.1',
    port: 0,
    cf: false,
    log: new NoOpLog(),
  });
  const miniflare = new Miniflare({ ...options, logRequests: false });
  try {
    const url = await miniflare.ready;
    const response = await fetch(url, { method: 'POST', body: new Blob([history as Uint8Array<ArrayBuffer>]) });
    return (await response.json()) as Awaited<ReturnType<typeof auditInWorkerd>>;
  } finally {
    await miniflare.dispose();
  }
}
