/**
 * `make test`: types, lint and every test. A test that is skipped is listed with its reason; in CI only those that need the
 * recorded data may be skipped. The last line counts checks and tests together: `N passed, N failed`.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { TYPESCRIPT_PROJECTS } from './projects.ts';
import { runStep } from './steps.ts';

/** Tests whose names say so read recordings that are no part of the project. */
const NEEDS_RECORDINGS = /recorded|shared data|real data|vectors/i;

interface Assertion {
  readonly fullName: string;
  readonly status: string;
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly Assertion[];
  }[];
}

const resultsFile = '.run/test-results.json';
mkdirSync('.run', { recursive: true });
rmSync(resultsFile, { force: true });

let passed = 0;
let failed = 0;
const count = (ok: boolean) => {
  if (ok) passed++;
  else failed++;
};

for (const project of TYPESCRIPT_PROJECTS) count((await runStep(`types of ${project}`, 'tsc', ['-p', project])).ok);
count((await runStep('lint and format', 'biome', ['ci', '--error-on-warnings', '.'])).ok);

const vitest = await runStep('tests', 'vitest', [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${resultsFile}`,
]);

let failedTests = 0;
const skipped: string[] = [];
for (const file of readReport().testResults) {
  if (file.assertionResults.length === 0 && file.status !== 'passed') failedTests++;
  for (const assertion of file.assertionResults) {
    if (assertion.status === 'passed') passed++;
    else if (assertion.status === 'failed') failedTests++;
    else skipped.push(assertion.fullName);
  }
}
failed += failedTests;
// A run can fail without a failing test: an unhandled rejection, a file that does not load.
if (!vitest.ok && failedTests === 0) failed++;

for (const name of skipped) process.stdout.write(`skipped: ${name}\n`);
const unexplained = skipped.filter((name) => !NEEDS_RECORDINGS.test(name));
if (process.env['CI'] === 'true' && unexplained.length > 0) {
  process.stdout.write(`${unexplained.length} tests were skipped that CI must run.\n`);
  failed += unexplained.length;
}

process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

function readReport(): Report {
  try {
    return JSON.parse(readFileSync(resultsFile, 'utf8')) as Report;
  } catch {
    process.stdout.write('The test runner left no report.\n');
    return { testResults: [] };
  }
}
