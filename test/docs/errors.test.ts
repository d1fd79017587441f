/**
 * docs/errors.md and the catalogue, both ways. The page is written from the catalogue: `npx vitest run
 * test/docs/errors.test.ts -u` writes it anew.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ERRORS } from '../../src/contract/errors.ts';
import { openApi } from '../../src/contract/openapi.ts';
import { COMMAND_RULES } from '../../src/contract/policy.ts';
import { partsOf, ROUTE_KEYS } from '../../src/contract/routes.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PAGE = join(ROOT, 'docs', 'errors.md');

function rendered(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, message, hint }]) => `| \`${code}\` | ${status} | ${message} | ${hint} |`,
  );
  return [
    '# Errors',
    '',
    'Every error that leaves the kit, on HTTP, the WebSocket or the command line, has one of these codes. A code keeps its',
    'meaning for good; the words may get better. Over HTTP: `{"error": {"code", "message", "hint"}}` with the status below.',
    'One exception: `BAD_REQUEST` comes with 405 for a method that the address lacks, 408 for a request that does not come',
    'to its end in time, 413 for a body and 431 for headers that are too large.',
    'On the WebSocket: a reply with `"ok": false`. On the command line: `CODE: what happened. What to do.`, and an exit',
    'code of 2 for `BAD_FLAG`, else 1.',
    '',
    '| Code | Status | What happened | What to do |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

test('the page says what the catalogue says', async () => {
  await expect(rendered()).toMatchFileSnapshot(PAGE);
});

test('every code is on the page, and every code of the page exists', () => {
  const documented = [...readFileSync(PAGE, 'utf8').matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1]);
  expect([...documented].sort()).toEqual(Object.keys(ERRORS).sort());
});

test('every error has a message of whole sentences and a remedy', () => {
  for (const [code, { message, hint, status }] of Object.entries(ERRORS)) {
    expect(message, code).toMatch(/^[A-Z].*\.$/);
    expect(hint, code).toMatch(/\.$/);
    expect(status, code).toBeGreaterThanOrEqual(400);
  }
});

test('the description of the API names every route of the policy, every command and every code, and nothing else', () => {
  const api = openApi('1.2.3') as {
    openapi: string;
    paths: Record<string, Record<string, { responses: object; requestBody?: object }>>;
    components: { schemas: { Error: { properties: { error: { properties: { code: { enum: string[] } } } } } } };
    'x-socket-commands': { type: string; schema: { properties: object } }[];
  };
  expect(api.openapi).toBe('3.1.0');
  const described = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  );
  expect(described.sort()).toEqual([...ROUTE_KEYS].sort());
  expect(api['x-socket-commands'].map(({ type }) => type).sort()).toEqual(Object.keys(COMMAND_RULES).sort());
  expect(api.components.schemas.Error.properties.error.properties.code.enum).toEqual(Object.keys(ERRORS));
  const signIn = api.paths['/api/v1/access/sign-in']!['post']!;
  expect(JSON.stringify(signIn.requestBody)).toContain('"password"');
  for (const key of ROUTE_KEYS) expect(partsOf(key).path, key).toMatch(/^\/api\//);
});
