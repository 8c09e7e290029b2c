/**
 * JSON that brings back exactly what went in: big integers as `{"$bigint":"…"}`, numbers that JSON has no form for as
 * `{"$number":"NaN"}`. A key of the data that begins with `$` gets one more `$`. Keys are sorted, so equal values have equal texts,
 * whatever the order in which their fields were set: texts can be compared and hashed.
 */
import { InvariantError } from './errors.ts';

const BIGINT_TAG = '$bigint';
const NUMBER_TAG = '$number';
/** A key of ours; one of the data begins with two. */
const TAG = /^\$(?!\$)/;

/** Canonical tagged JSON of plain data. Throws `InvariantError` on what is not data (`undefined`, functions). */
export function encodeTaggedJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'number':
      return encodeNumber(value);
    case 'bigint':
      return `{"${BIGINT_TAG}":"${value}"}`;
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? `[${value.map(encodeTaggedJson).join(',')}]` : encodeObject(value);
    default:
      throw new InvariantError('only data can be encoded', { type: typeof value });
  }
}

function encodeNumber(value: number): string {
  if (!Number.isFinite(value)) return `{"${NUMBER_TAG}":"${value}"}`;
  return Object.is(value, -0) ? `{"${NUMBER_TAG}":"-0"}` : `${value}`;
}

function encodeObject(value: object): string {
  const record = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const key of Object.keys(record).sort()) {
    const name = key.startsWith('$') ? `$${key}` : key;
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${encodeTaggedJson(record[key])}`;
  }
  return `{${text}}`;
}

/** The value of a text that `encodeTaggedJson` made. Throws `SyntaxError` when it is no JSON or an unknown tag. */
export function decodeTaggedJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // Without a key that begins with $ there is nothing to translate: the case of nearly every text.
  return text.includes('"$') ? untag(value) : value;
}

function untag(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(untag);
  const entries = Object.entries(value);
  const [first] = entries;
  if (first !== undefined && TAG.test(first[0])) return readTag(first[0], first[1]);
  return Object.fromEntries(
    entries.map(([key, field]) => [key.startsWith('$$') ? key.slice(1) : key, untag(field)] as const),
  );
}

function readTag(tag: string, content: unknown): number | bigint {
  if (typeof content === 'string') {
    if (tag === BIGINT_TAG) return BigInt(content);
    if (tag === NUMBER_TAG) return Number(content);
  }
  throw new SyntaxError(`unknown tag ${tag} in journal text`);
}
