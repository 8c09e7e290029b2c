/** The way out: the proxy answers, and reaches the venue. */
import { openPublicClob } from '../session/clob-access.ts';
import { clobFailureText } from '../session/failure-text.ts';
import { type Check, failed, passed } from './check.ts';

export const proxyCheck: Check = {
  name: 'proxy',
  async run({ session }) {
    const { proxy } = session.settings;
    const time = await openPublicClob(session).time();
    const where = proxy === null ? 'none is set: requests go out directly' : `${proxy.host}:${proxy.port}`;
    if (time.kind === 'accepted') return passed(proxy === null ? where : `${where} reaches the venue`);
    if (proxy === null) {
      return failed(
        `the venue cannot be reached: ${clobFailureText(time)}`,
        'look at this machine’s network, or set SOCKS5_URL',
      );
    }
    return failed(
      `the venue cannot be reached through ${where}: ${clobFailureText(time)}`,
      'start the proxy, or correct SOCKS5_URL; nothing ever goes around it',
    );
  },
};
