/**
 * The reasons of settings, read from where they are stated: the comments beside the fields of the schemas in `core/config`. So the
 * example file says what the code says, and nobody writes it twice.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const COMMENTED = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:const )?([A-Za-z][A-Za-z0-9]*)\s*[:=]/g;

/** Gives the reason of `section`, `section.field` or `section.part.field`; `null` where none is stated. `root`: of the repository. */
export function createFieldReasons(root: string): (path: string) => string | null {
  const texts = new Map<string, string>();
  const textOf = (section: string): string => {
    const file = `${section.replaceAll(/[A-Z]/g, (one) => `-${one.toLowerCase()}`)}-config.ts`;
    const text = texts.get(section) ?? readFileSync(join(root, 'core/config', file), 'utf8');
    texts.set(section, text);
    return text;
  };
  return (path) => {
    const [section = '', ...fields] = path.split('.');
    const text = textOf(section);
    const [field] = fields.slice(-1);
    if (field === undefined) return firstComment(text);
    const part =
      fields.length > 1
        ? blockOf(text, fields[fields.length - 2] ?? '')
        : text.slice(text.search(/export const \w+Schema/));
    for (const [, words = '', name] of part.matchAll(COMMENTED)) if (name === field) return plain(words);
    return null;
  };
}

/** What a file says of itself at its top. */
function firstComment(text: string): string | null {
  const [, words] = /^\/\*\*([\s\S]*?)\*\//.exec(text) ?? [];
  return words === undefined ? null : plain(words);
}

/** The schema of a table within a section: `const name = z…` up to the next statement. */
function blockOf(text: string, name: string): string {
  const start = text.search(new RegExp(`const ${name} = `));
  if (start < 0) return '';
  const end = text.slice(start).search(/\n\}\)/);
  return end < 0 ? '' : text.slice(start, start + end);
}

function plain(words: string): string {
  return words
    .replaceAll(/\n\s*\*/g, ' ')
    .replaceAll('`', '')
    .trim();
}
