import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly optional?: boolean }>>;
}

const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock;
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Readonly<
  Record<string, Readonly<Record<string, string>>>
>;

/** Every place in the tree where a package stands. */
function placesOf(name: string): string[] {
  return Object.keys(lock.packages).filter((path) => path.endsWith(`node_modules/${name}`));
}

describe('package-lock.json', () => {
  test('behavior: there is one workerd, and miniflare is the one of wrangler', () => {
    expect(placesOf('workerd')).toEqual(['node_modules/workerd']);
    expect(placesOf('miniflare')).toEqual(['node_modules/miniflare']);
    expect(lock.packages['node_modules/miniflare']?.version).toBe(manifest['devDependencies']?.['miniflare']);
  });

  test('behavior: every platform of a binary package is locked, or npm ci refuses', () => {
    for (const name of ['workerd', 'esbuild', '@biomejs/biome']) {
      const wanted = Object.keys(
        (lock.packages[`node_modules/${name}`] as { optionalDependencies?: Record<string, string> })
          .optionalDependencies ?? {},
      );
      expect(wanted.length).toBeGreaterThan(3);
      for (const platform of wanted) expect(placesOf(platform), platform).not.toEqual([]);
    }
  });

  test('behavior: no registry is named', () => {
    expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toContain('"resolved"');
  });
});

describe('package.json', () => {
  test('behavior: every version is exact', () => {
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      for (const [name, version] of Object.entries(manifest[kind] ?? {})) {
        expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
      }
    }
  });
});

describe('node_modules', () => {
  test('behavior: Node 22 comes with the packages', () => {
    const names = readdirSync(join(ROOT, 'node_modules')).filter((name) => name.startsWith('node-'));
    expect(names.length + (existsSync(join(ROOT, 'node_modules/.bin/node')) ? 1 : 0)).toBeGreaterThan(0);
    expect(process.versions.node.split('.')[0]).toBe('22');
  });
});
