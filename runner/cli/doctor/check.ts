/** One thing that trading needs, looked at: what was seen, and what to do where it is not as it should be. */

import type { AccessOptions } from '../api-access.ts';
import { messageOf } from '../cli-problem.ts';
import type { Session } from '../session/session.ts';

export interface CheckContext {
  readonly session: Session;
  readonly access: AccessOptions;
}

export type CheckResult =
  | { readonly status: 'ok'; readonly detail: string }
  /** It does not apply here, or cannot be known from here; no failure. */
  | { readonly status: 'skipped'; readonly detail: string }
  | { readonly status: 'fail'; readonly detail: string; readonly fix: string };

export interface Check {
  readonly name: string;
  run(context: CheckContext): Promise<CheckResult> | CheckResult;
}

export const passed = (detail: string): CheckResult => ({ status: 'ok', detail });
export const skipped = (detail: string): CheckResult => ({ status: 'skipped', detail });
export const failed = (detail: string, fix: string): CheckResult => ({ status: 'fail', detail, fix });

export type NamedResult = CheckResult & { readonly name: string };

/** Runs one; whatever it throws is a failure with its words, never the end of the others. */
export async function runCheck(check: Check, context: CheckContext): Promise<NamedResult> {
  try {
    return { name: check.name, ...(await check.run(context)) };
  } catch (error) {
    return { name: check.name, ...failed(messageOf(error), 'do what it says, and run `cli doctor` again') };
  }
}
