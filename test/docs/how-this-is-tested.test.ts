import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const PAGE = readFileSync(join(ROOT, 'docs', 'how-this-is-tested.md'), 'utf8');
/** `file` › "title, or its fixed part". */
const NAMED = [...PAGE.matchAll(/`(test\/[^`]+)` › "([^"]+)"/g)].map((match) => [match[1]!, match[2]!] as const);

describe('the page "How this is tested"', () => {
  it('has a test for every promise', () => {
    const rows = PAGE.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| promise'));
    expect(rows.length).toBeGreaterThan(15);
    for (const row of rows) expect(row).toMatch(/`test\/[^`]+` › "[^"]+"/);
  });

  it.each(NAMED)('names a test that exists: %s › %s', (file, title) => {
    expect(existsSync(join(ROOT, file))).toBe(true);
    expect(readFileSync(join(ROOT, file), 'utf8')).toContain(title);
  });
});
