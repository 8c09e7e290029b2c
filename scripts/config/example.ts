/** Writes `poly-edge.example.toml` anew: `node scripts/config/example.ts`. A test holds the file to what this makes. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { exampleFile } from './example-file.ts';

const ROOT = resolve(import.meta.dirname, '../..');
writeFileSync(join(ROOT, 'poly-edge.example.toml'), exampleFile(ROOT));
