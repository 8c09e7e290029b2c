/** The Worker as one module, as the platform would get it. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, stop } from 'esbuild';
import { messageOf, RunProblem } from './problem.ts';

const run = promisify(execFile);

/** Bundles `entry` for workerd. Throws `RunProblem` when it does not build. */
export async function bundleForWorkerd(root: string, entry: string, buildId: string): Promise<string> {
  try {
    const result = await build({
      absWorkingDir: root,
      entryPoints: [entry],
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2023',
      // In this order wrangler asks packages for their build, too.
      conditions: ['workerd', 'worker', 'browser'],
      external: ['cloudflare:*', 'node:*'],
      define: { POLY_EDGE_BUILD_ID: JSON.stringify(buildId), 'process.env.NODE_ENV': '"production"' },
      tsconfig: join(root, 'tsconfig.base.json'),
      legalComments: 'none',
      logLevel: 'silent',
    });
    const [file] = result.outputFiles;
    if (file === undefined) throw new RunProblem(`${entry} gave no module.`);
    return file.text;
  } catch (error) {
    if (error instanceof RunProblem) throw error;
    throw new RunProblem(`The Worker does not build: ${messageOf(error)}`);
  } finally {
    // Its helper process would outlive the build.
    await stop();
  }
}

/** The commit that is built, marked where files differ from it; "unversioned" outside a repository. */
export async function readBuildId(root: string): Promise<string> {
  try {
    const commit = (await run('git', ['rev-parse', 'HEAD'], { cwd: root })).stdout.trim();
    const changes = (await run('git', ['status', '--porcelain', '--untracked-files=no'], { cwd: root })).stdout;
    return changes.trim() === '' ? commit : `${commit}-modified`;
  } catch {
    // No git, or no repository: an archive of the sources runs all the same.
    return 'unversioned';
  }
}
