/** The example file: every setting with its default and its reason, commented out where a variable sets it. */
import { humanValue, variableOfField } from './effective-values.ts';
import { humanName } from './human-units.ts';
import { DEFAULT_SECTIONS, SECTION_NAMES } from './sections.ts';

/** Longest line of a comment. */
const WIDTH = 118;
type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The whole file. `reasonOf` gives the reason of a section or a field (by its path in the engine), or nothing. */
export function exampleToml(header: string, reasonOf: (path: string) => string | null): string {
  const lines = header.split('\n').map((line) => (line === '' ? '#' : `# ${line}`));
  for (const name of SECTION_NAMES) writeTable(lines, name, humanName(name), DEFAULT_SECTIONS[name], reasonOf);
  return `${lines.join('\n')}\n`;
}

function writeTable(
  lines: string[],
  engine: string,
  human: string,
  table: unknown,
  reasonOf: (path: string) => string | null,
): void {
  lines.push('', ...comment(reasonOf(engine)), `[${human}]`);
  const fields = Object.entries(table as Fields);
  for (const [field, value] of fields.filter(([, one]) => !isFields(one))) {
    const path = `${engine}.${field}`;
    lines.push(...comment(reasonOf(path)));
    const variable = variableOfField(path);
    if (variable !== null) lines.push(`# Set by ${variable}.`);
    else lines.push(`${humanName(field)} = ${humanValue(field, value)}`);
  }
  // Tables come last: in TOML what follows a table's head belongs to it.
  for (const [field, value] of fields.filter(([, one]) => isFields(one))) {
    writeTable(lines, `${engine}.${field}`, `${human}.${humanName(field)}`, value, reasonOf);
  }
}

function comment(text: string | null): string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of (text ?? '').split(/\s+/).filter((one) => one !== '')) {
    if (line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return line === '#' ? lines : [...lines, line];
}
