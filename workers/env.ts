/** The Worker's environment, read once: settings from variables, access from secrets. */
import { err, ok, type Result } from '../core/model/result.ts';
import { MIN_TOKEN_CHARS } from '../core/protocol/admin-api.ts';
import { parseSettings, type Settings } from '../durable-objects/settings.ts';

/** Bearer tokens of the API, by role. `runner` is `null` where nothing but the object executes orders. */
export interface AccessTokens {
  readonly viewer: string;
  readonly operator: string;
  readonly runner: string | null;
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
  const tokens = parseTokens(secrets, settings.value.execution === 'venue');
  return tokens.ok ? ok({ settings: settings.value, tokens: tokens.value }) : tokens;
}

function parseTokens(env: Readonly<Record<string, unknown>>, runnerNeeded: boolean): Result<AccessTokens, string> {
  const viewer = secret(env, 'ADMIN_TOKEN_VIEWER');
  const operator = secret(env, 'ADMIN_TOKEN_OPERATOR');
  const runner = secret(env, 'RUNNER_LINK_KEY');
  if (viewer === null) return err(tooShort('ADMIN_TOKEN_VIEWER'));
  if (operator === null) return err(tooShort('ADMIN_TOKEN_OPERATOR'));
  // A key that is there and short is a mistake even where no runner is needed.
  if (runner === null && (runnerNeeded || isSet(env['RUNNER_LINK_KEY']))) return err(tooShort('RUNNER_LINK_KEY'));
  if (viewer === operator || operator === runner || runner === viewer) {
    return err('ADMIN_TOKEN_VIEWER, ADMIN_TOKEN_OPERATOR and RUNNER_LINK_KEY must differ from each other.');
  }
  return ok({ viewer, operator, runner });
}

function secret(env: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = env[name];
  return typeof value === 'string' && value.length >= MIN_TOKEN_CHARS ? value : null;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== '';
}

function tooShort(name: string): string {
  return `${name} must be set as a secret of at least ${MIN_TOKEN_CHARS} characters.`;
}
