/** What a researcher imports from outside: the built package under its own name, by plain Node. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

function run(script: string): string {
  return execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: ROOT, encoding: 'utf8' });
}

test('the core is there under the name of the package, and computes', () => {
  const script = `
    import { createFrtMachine, createPipeline, judgeChange, twistRad } from 'neck-rom-kit/core';
    const half = Math.PI / 8;
    const twist = twistRad(Float64Array.of(Math.cos(half), 0, 0, Math.sin(half)));
    const parts = [createFrtMachine, createPipeline, judgeChange].every((part) => typeof part === 'function');
    process.stdout.write(JSON.stringify({ twist, parts }));`;
  const { twist, parts } = JSON.parse(run(script)) as { twist: number; parts: boolean };
  expect(parts).toBe(true);
  expect(twist).toBeCloseTo(Math.PI / 4, 12);
});

test('so is the alignment, and nothing that is not exported', () => {
  expect(
    run(`
    import { createAlignmentProcedure } from 'neck-rom-kit/calibration';
    process.stdout.write(createAlignmentProcedure().phase);`),
  ).toBe('none');
  expect(() => run(`import 'neck-rom-kit/dist/src/main.js';`)).toThrow(/ERR_PACKAGE_PATH_NOT_EXPORTED/);
});
