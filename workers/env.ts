/** The Worker's environment, read once: settings from variables, access from secrets. */
import { err, ok, type Result } from '../core/model/result.ts';
import { MIN_TOKEN_CHARS } from '../core/protocol/admin-api.ts';
import type { LinkKey } from '../core/protocol/link-auth.ts';
import { parseRunnerLinkKeys, parseSettings, type Settings } from '../durable-objects/settings.ts';

/** What opens the API: bearer tokens of people, by role, and the keys that the runner signs its link with. */
export interface AccessTokens {
  readonly viewer: string;
  readonly operator: string;
  /** Empty where nothing but the object executes orders: then nobody is the runner. */
  readonly linkKeys: readonly LinkKey[];
}

export interface WorkerConfig {
  readonly settings: Settings;
  readonly tokens: AccessTokens;
}

/** Settings and tokens, or one sentence that says what to change. The sentence names variables, never their values' secrets. */
export function parseEnv(env: object): Result<WorkerConfig, string> {
  const settings = parseSettings(env);
  if (!settings.ok) return settings;
  const secrets = env as Readonly<Record<string, unknown>>;
  const linkKeys = parseRunnerLinkKeys(env, settings.value.execution);
  if (!linkKeys.ok) return linkKeys;
  const tokens = parseTokens(secrets, linkKeys.value);
  return tokens.ok ? ok({ settings: settings.value, tokens: tokens.value }) : tokens;
}

function parseTokens(
  env: Readonly<Record<string, unknown>>,
  linkKeys: readonly LinkKey[],
): Result<AccessTokens, string> {
  const viewer = secret(env, 'ADMIN_TOKEN_VIEWER');
  const operator = secret(env, 'ADMIN_TOKEN_OPERATOR');
  if (viewer === null) return err(tooShort('ADMIN_TOKEN_VIEWER'));
  if (operator === null) return err(tooShort('ADMIN_TOKEN_OPERATOR'));
  const all = [viewer, operator, ...linkKeys.map((key) => key.secret)];
  if (new Set(all).size !== all.length) {
    return err(
      'ADMIN_TOKEN_VIEWER, ADMIN_TOKEN_OPERATOR and the secrets of RUNNER_LINK_KEYS must differ from each other.',
    );
  }
  return ok({ viewer, operator, linkKeys });
}

function secret(env: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = env[name];
  return typeof value === 'string' && value.length >= MIN_TOKEN_CHARS ? value : null;
}

function tooShort(name: string): string {
  return `${name} must be set as a secret of at least ${MIN_TOKEN_CHARS} characters.`;
}
