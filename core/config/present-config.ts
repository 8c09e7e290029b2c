/**
 * A configuration that an earlier release has recorded, in the present shape: what it did not know has its default, what nobody knows any
 * more is left out. What runs is always recorded anew at the next boot; this is for what lies between.
 */
import { DEFAULT_ENGINE_CONFIG } from './defaults.ts';
import type { EngineConfig } from './engine-config.ts';
import { SECTION_NAMES, SECTIONS } from './sections.ts';

/** `config` itself where it has the present shape already. */
export function presentConfig(config: EngineConfig): EngineConfig {
  const recorded = config as unknown as Readonly<Record<string, unknown>>;
  const isPresent =
    Object.keys(DEFAULT_ENGINE_CONFIG).every((name) => recorded[name] !== undefined) &&
    SECTION_NAMES.every((name) => sameShape(SECTIONS[name].defaults, recorded[name]));
  if (isPresent) return config;
  const whole: Record<string, unknown> = {};
  for (const [name, standard] of Object.entries(DEFAULT_ENGINE_CONFIG)) {
    const given = recorded[name];
    const isSection = (SECTION_NAMES as readonly string[]).includes(name);
    if (given === undefined) whole[name] = standard;
    else whole[name] = isSection ? filled(standard, given) : given;
  }
  return whole as unknown as EngineConfig;
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function sameShape(standard: unknown, given: unknown): boolean {
  if (!isFields(standard)) return given !== undefined;
  if (!isFields(given)) return false;
  const names = Object.keys(standard);
  return names.length === Object.keys(given).length && names.every((name) => sameShape(standard[name], given[name]));
}

function filled(standard: unknown, given: unknown): unknown {
  if (!isFields(standard)) return given ?? standard;
  if (!isFields(given)) return standard;
  return Object.fromEntries(
    Object.entries(standard).map(([name, part]) => [name, name in given ? filled(part, given[name]) : part]),
  );
}
