/** The list of parts: whole, the same every time, and without an address of any server. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');

interface Part {
  readonly name: string;
  readonly version: string;
  readonly scope: string;
}

function make(): string {
  expect(spawnSync(process.execPath, [join(ROOT, 'src', 'sbom.mjs'), '--quiet']).status).toBe(0);
  return readFileSync(join(ROOT, 'dist', 'sbom.json'), 'utf8');
}

test('names every package that the kit asks for, in the version of the lock file', () => {
  const { components, bomFormat, specVersion } = JSON.parse(make()) as {
    components: Part[];
    bomFormat: string;
    specVersion: string;
  };
  expect([bomFormat, specVersion]).toEqual(['CycloneDX', '1.5']);
  const kit = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { dependencies: object };
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string }>;
  };
  for (const name of Object.keys(kit.dependencies)) {
    const part = components.find((one) => one.name === name && one.scope === 'required');
    expect(part?.version, name).toBe(lock.packages[`node_modules/${name}`]!.version);
  }
});

test('is the same every time and holds no address', () => {
  const first = make();
  expect(make()).toBe(first);
  expect(first).not.toMatch(/https?:|registry|localhost/);
});
