/** An engine in venue execution, with a runner that has linked, compared and stated the account's money. */
import type { EngineEvent } from '../../core/engine/events.ts';
import type { AccountEvent } from '../../core/model/account.ts';
import { aConfig, UNIT } from './builders.ts';
import { createEngineDriver, type EngineDriver } from './engine-driver.ts';

type Body<E> = E extends AccountEvent ? Omit<E, 'seq' | 'tsEvent' | 'tsInit'> : never;
export type AccountBody = Body<AccountEvent>;

/** Tells one fact of the account, now. */
export function tell(driver: EngineDriver, body: AccountBody) {
  return driver.emit({ ...driver.header(), ...body } as EngineEvent);
}

export function link(driver: EngineDriver) {
  return driver.emit({ type: 'runner-linked', ...driver.header(), runnerId: 'r1' });
}

export function unlink(driver: EngineDriver) {
  return driver.emit({ type: 'runner-unlinked', ...driver.header(), reason: 'test' });
}

export function reconcile(
  driver: EngineDriver,
  result: 'clean' | 'mismatch' | 'incomplete',
  differences: string[] = [],
) {
  return tell(driver, { type: 'reconciliation-completed', result, differences, held: [], blockNumber: 1 });
}

export function observe(driver: EngineDriver, cashMicro = 1_000 * UNIT, allowanceMicro = 1_000 * UNIT) {
  const money = { cashMicro, allowanceMicro, redeemableMicro: 0, blockNumber: 1 };
  return tell(driver, { type: 'account-observed', ...money });
}

/** Booted, linked, compared, and money seen. */
export function createVenueDriver(more: Parameters<typeof aConfig>[0] = {}): EngineDriver {
  const driver = createEngineDriver({ config: aConfig({ ...more, execution: 'venue' }) });
  link(driver);
  reconcile(driver, 'clean');
  observe(driver);
  return driver;
}
