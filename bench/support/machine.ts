/** What the figures were measured on. */
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** One line: date, cores, Node, workerd, and how busy the machine was. */
export function describeMachine(now: Date): string {
  const cores = cpus();
  const model = cores[0]?.model.trim() || 'unknown processor';
  const load = loadavg()[0]?.toFixed(1) ?? '?';
  return [
    now.toISOString().slice(0, 16).replace('T', ' ').concat(' UTC'),
    `${cores.length} cores (${model})`,
    `Node ${process.versions.node}`,
    `workerd ${versionOf('workerd')}`,
    `load average ${load} at the start`,
  ].join(', ');
}

function versionOf(name: string): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  return version;
}
