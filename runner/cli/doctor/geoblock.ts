/** Whether the venue serves the place that requests come from (DESIGN §3.15). */
import { openPublicClob } from '../session/clob-access.ts';
import { clobFailureText } from '../session/failure-text.ts';
import { type Check, failed, passed } from './check.ts';

export const geoblockCheck: Check = {
  name: 'geoblock',
  async run({ session }) {
    const asked = await openPublicClob(session).geoblock();
    if (asked.kind !== 'accepted') {
      return failed(
        `it cannot be asked: ${clobFailureText(asked)}`,
        'look at network and proxy first: unless it is known, nothing is opened',
      );
    }
    const { blocked, country, region } = asked.value;
    const place = [country, region].filter((part) => part !== '').join('-');
    return blocked
      ? failed(
          `the venue does not serve ${place}`,
          'positions can only be left from here: trade from where you and this machine are allowed to',
        )
      : passed(`${place} is served`);
  },
};
