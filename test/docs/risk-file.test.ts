/** docs/risk-file.md: ids are unique, and every control names a test that exists. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const rows = readFileSync(join(ROOT, 'docs', 'risk-file.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| R\d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('every row has an id of its own and nothing left out', () => {
  expect(rows.length).toBeGreaterThan(15);
  expect(new Set(rows.map(([, id]) => id)).size).toBe(rows.length);
  for (const cells of rows) {
    expect(cells, cells[1]).toHaveLength(7);
    for (const cell of cells.slice(1, 6)) expect(cell, cells[1]).not.toBe('');
  }
});

test.each(rows.map(([, id, , , , proof]) => [id!, proof!]))('%s names a test that exists', (_id, proof) => {
  const parts = /^`(test\/[^`]+)`: (.+)$/.exec(proof);
  expect(parts, proof).not.toBeNull();
  const file = join(ROOT, parts![1]!);
  expect(existsSync(file), file).toBe(true);
  expect(readFileSync(file, 'utf8')).toContain(`'${parts![2]!}'`);
});
