/** What is different between two configurations, for the audit: one line a field, in the engine's own units. */
import type { EngineConfig } from './engine-config.ts';

/** `risk.maxOrderPpm: 10000 → 8000`, for each field that changed, in the order of names. */
export function configChanges(before: EngineConfig, after: EngineConfig): string[] {
  const was = flatten(before);
  const is = flatten(after);
  const fields = [...new Set([...was.keys(), ...is.keys()])].sort();
  return fields
    .filter((field) => was.get(field) !== is.get(field))
    .map((field) => `${field}: ${was.get(field) ?? 'not set'} → ${is.get(field) ?? 'not set'}`);
}

function flatten(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isGroup) {
    into.set(path, JSON.stringify(value, inOrder) ?? 'not set');
    return into;
  }
  for (const [key, part] of Object.entries(value)) flatten(part, path === '' ? key : `${path}.${key}`, into);
  return into;
}

/** The fields of an object by name: a configuration that was recorded comes back in another order, and is the same. */
function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
