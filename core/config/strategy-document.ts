/**
 * The document of strategy and risk (`poly-edge.toml`, or the same as JSON): sections and fields by their names for people, in their
 * units. What it does not name has its default; what nobody knows is refused with its name. Where a field says "none" in quotes it is
 * empty.
 */
import * as z from 'zod';
import { err, ok, type Result } from '../model/result.ts';
import type { ConfigProblem } from './config-problem.ts';
import { engineNumber, humanName, humanNumber, humanSentence } from './human-units.ts';
import { DEFAULT_SECTIONS, SECTION_NAMES, SECTIONS, type SectionsConfig } from './sections.ts';

/** How a person writes that a field is empty: TOML has no word for it. */
export const NONE = 'none';

/** Fields of sections that the deployment's variables set, and no document. */
export const FIELDS_OF_ENVIRONMENT = {
  'risk.bankrollMicro': 'BANKROLL_USDC',
  'guard.acknowledgedTakerDelayMs': 'ACKNOWLEDGED_TAKER_DELAY_MS',
} as const;

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The sections of a document over their defaults, or everything that is wrong with it. */
export function readStrategyDocument(document: unknown): Result<SectionsConfig, readonly ConfigProblem[]> {
  const problems: ConfigProblem[] = [];
  if (!isFields(document)) return err([{ field: 'the document', message: 'must be a table of sections' }]);
  const names = new Map(SECTION_NAMES.map((name) => [humanName(name), name]));
  for (const given of Object.keys(document)) {
    if (!names.has(given)) {
      problems.push({ field: given, message: `is no section: known are ${[...names.keys()].join(', ')}` });
    }
  }
  const sections: Fields = {};
  for (const [human, name] of names) {
    const { schema, defaults } = SECTIONS[name];
    const before = problems.length;
    const section = readPart(schema, name, document[human], defaults, { human, engine: name, problems });
    sections[name] = section;
    if (problems.length > before) continue;
    const parsed = schema.safeParse(section);
    if (!parsed.success) problems.push(...parsed.error.issues.map((issue) => problemOf(human, issue)));
  }
  return problems.length > 0 ? err(problems) : ok(sections as unknown as SectionsConfig);
}

/** The same, of a text that holds JSON; an empty one says nothing. */
export function readStrategyText(text: string): Result<SectionsConfig, readonly ConfigProblem[]> {
  if (text.trim() === '') return ok(DEFAULT_SECTIONS);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return err([{ field: 'the document', message: 'is not JSON' }]);
  }
  return readStrategyDocument(document);
}

interface Place {
  readonly human: string;
  readonly engine: string;
  readonly problems: ConfigProblem[];
}

/** One part of the document as the engine wants it. `field` is the nearest name, which holds the unit. */
function readPart(schema: unknown, field: string, given: unknown, standard: unknown, place: Place): unknown {
  if (given === undefined) return standard;
  if (schema instanceof z.ZodNullable) {
    return given === NONE ? null : readPart(schema.unwrap(), field, given, standard, place);
  }
  if (schema instanceof z.ZodOptional) return readPart(schema.unwrap(), field, given, standard, place);
  if (schema instanceof z.ZodObject) return readTable(schema, given, standard, place);
  if (schema instanceof z.ZodRecord && isFields(given)) {
    return Object.fromEntries(
      Object.entries(given).map(([key, value]) => [key, readPart(schema.valueType, field, value, undefined, place)]),
    );
  }
  if (Array.isArray(given)) {
    return given.map((value: unknown, index) => {
      const element = schema instanceof z.ZodArray ? schema.element : null;
      return readPart(element, field, value, undefined, { ...place, human: `${place.human}[${index}]` });
    });
  }
  if (typeof given !== 'number') return given;
  const value = engineNumber(field, given);
  if (value.ok) return value.value;
  place.problems.push({ field: place.human, message: value.error });
  return standard;
}

function readTable(schema: z.ZodObject, given: unknown, standard: unknown, place: Place): unknown {
  const { problems } = place;
  if (!isFields(given)) {
    problems.push({ field: place.human, message: 'must be a table of fields' });
    return standard;
  }
  const fields = new Map(Object.keys(schema.shape).map((field) => [humanName(field), field]));
  const known = [...fields].filter(([, field]) => variableOf(`${place.engine}.${field}`) === null);
  for (const human of Object.keys(given)) {
    const field = fields.get(human);
    const variable = field === undefined ? null : variableOf(`${place.engine}.${field}`);
    if (variable !== null) {
      problems.push({ field: `${place.human}.${human}`, message: `is set by ${variable}, in .env: leave it out here` });
    } else if (field === undefined) {
      const names = known.map(([name]) => name).join(', ');
      problems.push({ field: `${place.human}.${human}`, message: `is no setting: known are ${names}` });
    }
  }
  const table: Fields = {};
  for (const [human, field] of fields) {
    const part = readPart(schema.shape[field], field, given[human], isFields(standard) ? standard[field] : undefined, {
      problems,
      human: `${place.human}.${human}`,
      engine: `${place.engine}.${field}`,
    });
    if (part !== undefined) table[field] = part;
  }
  return table;
}

function variableOf(path: string): string | null {
  return (FIELDS_OF_ENVIRONMENT as Readonly<Record<string, string>>)[path] ?? null;
}

function problemOf(section: string, issue: z.core.$ZodIssue): ConfigProblem {
  const path = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${humanName(String(part))}`));
  return { field: `${section}${path.join('')}`, message: sentenceOf(issue) };
}

/** zod speaks of its own numbers: a bound is told in the unit of the file. */
function sentenceOf(issue: z.core.$ZodIssue): string {
  const field = String(issue.path.findLast((part) => typeof part === 'string') ?? '');
  const bound = (limit: number | bigint): string => humanNumber(field, Number(limit));
  if (issue.code === 'too_small' && issue.origin === 'number') {
    return `must be ${issue.inclusive === false ? 'above' : 'at least'} ${bound(issue.minimum)}`;
  }
  if (issue.code === 'too_big' && (issue.origin === 'number' || issue.origin === 'int')) {
    return `must be ${issue.inclusive === false ? 'below' : 'at most'} ${bound(issue.maximum)}`;
  }
  const text = humanSentence(issue.message).replace(/\.$/, '');
  if (issue.code === 'custom') return text;
  return `is refused: ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}
