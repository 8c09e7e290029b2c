/** `make check`: types, lint and the core tests, in under two minutes. Ends with status 1 when any of them fails. */
import { TYPESCRIPT_PROJECTS } from './projects.ts';
import { runStep, type StepResult } from './steps.ts';

const results: StepResult[] = [];
for (const project of TYPESCRIPT_PROJECTS) {
  results.push(await runStep(`types of ${project}`, 'tsc', ['-p', project]));
}
results.push(await runStep('lint and format', 'biome', ['ci', '--error-on-warnings', '.']));
results.push(await runStep('core tests', 'vitest', ['run', '--project', 'core']));

const failed = results.filter((result) => !result.ok);
for (const result of failed) process.stdout.write(`failed: ${result.name}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
