/** The text of `poly-edge.example.toml`. */
import { exampleToml } from '../../core/config/example-toml.ts';
import { createFieldReasons } from './field-reasons.ts';

const HEADER = [
  'Strategy and risk. Copy to poly-edge.toml and keep what you change: what stands here is what runs without it.',
  'Secrets and addresses stand in .env (.env.example). A name that is not listed here is refused.',
  'Units stand in the names: 1 pUSD is a dollar, 100 cents. "none" in quotes leaves a field empty.',
  '`npm run -s cli -- config check` says what is wrong, `config show` what runs and where each value comes from.',
  'A running series takes a changed file by `npm run -s cli -- config apply`, or at the next `make run`.',
].join('\n');

/** `root`: of the repository. */
export function exampleFile(root: string): string {
  return exampleToml(HEADER, createFieldReasons(root));
}
