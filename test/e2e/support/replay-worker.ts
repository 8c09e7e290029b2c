/** A Worker that audits the history which is posted to it: the very code of `cli replay`, in workerd. */
import { auditHistory, readHistory } from '../../../runner/cli/history-audit.ts';
import { historyCompression } from '../../../runner/cli/history-compression.ts';

export default {
  async fetch(request: Request): Promise<Response> {
    const history = readHistory(new Uint8Array(await request.arrayBuffer()));
    return Response.json(history.ok ? auditHistory(history.value, historyCompression) : history);
  },
};
