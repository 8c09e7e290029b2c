/** Names of everything that is asked. Behind a proxy they are the proxy's business, and none is looked up here. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type Check, failed, passed, skipped } from './check.ts';

export const dnsCheck: Check = {
  name: 'DNS',
  async run({ session }) {
    const { settings } = session;
    if (settings.proxy !== null) return skipped('the proxy resolves the names');
    const { exchangeUrls, ...single } = settings.addresses;
    const urls = [...Object.values(single), exchangeUrls[settings.exchangeFeed]].filter((url) => url !== null);
    const names = [...new Set(urls.map((url) => new URL(url).hostname.replace(/^\[|\]$/g, '')))];
    const looked = names.filter((name) => isIP(name) === 0);
    const results = await Promise.all(looked.map(resolves));
    const missing = looked.filter((_, index) => results[index] === false);
    if (missing.length > 0) {
      return failed(`not resolved: ${missing.join(', ')}`, 'look at /etc/resolv.conf, or at what filters names here');
    }
    return passed(looked.length === 0 ? 'addresses only, no names' : `${looked.length} names resolved`);
  },
};

async function resolves(name: string): Promise<boolean> {
  try {
    await lookup(name);
    return true;
  } catch {
    // Which error it is says no more than the name.
    return false;
  }
}
