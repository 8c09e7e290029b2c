/** Every field of strategy and risk with its value for people and where that comes from: what `cli config show` prints. */
import type { EngineConfig } from './engine-config.ts';
import { humanName, humanNumber } from './human-units.ts';
import { SECTION_NAMES } from './sections.ts';
import { FIELDS_OF_ENVIRONMENT, NONE } from './strategy-document.ts';

export interface EffectiveValue {
  /** `risk.max_order_percent`. */
  readonly field: string;
  /** As it would stand in the file. */
  readonly value: string;
  readonly from: 'default' | 'file' | 'environment';
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** All fields of `config`, in the order of the sections. `document` is what the file says, `fromEnvironment` the engine's fields that variables set. */
export function effectiveValues(
  config: EngineConfig,
  document: unknown,
  fromEnvironment: ReadonlySet<string>,
): readonly EffectiveValue[] {
  const values: EffectiveValue[] = [];
  const visit = (value: unknown, engine: string, human: string, field: string, given: unknown): void => {
    if (isFields(value)) {
      for (const [name, part] of Object.entries(value)) {
        const humanPart = humanName(name);
        visit(part, `${engine}.${name}`, `${human}.${humanPart}`, name, isFields(given) ? given[humanPart] : undefined);
      }
      return;
    }
    const from = fromEnvironment.has(engine) ? 'environment' : given === undefined ? 'default' : 'file';
    values.push({ field: human, value: humanValue(field, value), from });
  };
  for (const name of SECTION_NAMES) {
    const human = humanName(name);
    visit(config[name], name, human, name, isFields(document) ? document[human] : undefined);
  }
  return values;
}

/** A value as it stands in the file. */
export function humanValue(field: string, value: unknown): string {
  if (value === null) return JSON.stringify(NONE);
  if (Array.isArray(value)) return `[${value.map((one: unknown) => humanValue(field, one)).join(', ')}]`;
  if (isFields(value)) {
    const parts = Object.entries(value).map(([name, part]) => `${humanName(name)} = ${humanValue(name, part)}`);
    return `{ ${parts.join(', ')} }`;
  }
  return typeof value === 'number' ? humanNumber(field, value) : JSON.stringify(value);
}

/** The fields that variables always set, with the name of the variable. */
export function variableOfField(engine: string): string | null {
  return (FIELDS_OF_ENVIRONMENT as Readonly<Record<string, string>>)[engine] ?? null;
}
