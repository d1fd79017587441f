/** No word of any language stands in the page's code: every text is in the catalogues. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';

const WEB = join(import.meta.dirname, '..', '..', 'web');
const FOLDERS = ['views', 'ui', 'state', 'live', 'logic'];

/** Attributes that people read or hear. */
const READ = new Set([
  'title',
  'alt',
  'label',
  'placeholder',
  'lead',
  'text',
  'legend',
  'help',
  'button',
  'message',
  'hint',
  'aria-label',
  'aria-valuetext',
  'aria-description',
  'aria-roledescription',
]);
/** Units and commands, the same in every language. */
const ALLOWED = new Set(['Hz', 'npm start -- --demo']);

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;
const hasWord = (text: string): boolean => /\p{L}{2,}/u.test(text) && !ALLOWED.has(text.trim());

/** The texts that an expression may come to: of literals, templates, choices and sums. */
function textsOf(node: unknown): string[] {
  if (!isNode(node)) return [];
  switch (node.type) {
    case 'Literal':
      return typeof node['value'] === 'string' ? [node['value']] : [];
    case 'TemplateLiteral':
      return (node['quasis'] as { value: { cooked: string } }[]).map(({ value }) => value.cooked);
    case 'ConditionalExpression':
      return [...textsOf(node['consequent']), ...textsOf(node['alternate'])];
    case 'LogicalExpression':
    case 'BinaryExpression':
      // A comparison is no text: `status === 'failed' && …` has its words on the right.
      return node.type === 'BinaryExpression' && node['operator'] !== '+'
        ? []
        : [...textsOf(node['left']), ...textsOf(node['right'])];
    case 'JSXExpressionContainer':
      return textsOf(node['expression']);
    default:
      return [];
  }
}

function bakedIn(source: string, file: string): string[] {
  const found: string[] = [];
  const note = (texts: string[]): void => void found.push(...texts.filter(hasWord).map((text) => text.trim()));
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const one of node) visit(one);
      return;
    }
    if (!isNode(node)) return;
    if (node.type === 'JSXText') note([node['value'] as string]);
    if (node.type === 'JSXElement' || node.type === 'JSXFragment')
      for (const child of node['children'] as Node[]) if (child.type === 'JSXExpressionContainer') note(textsOf(child));
    if (node.type === 'JSXAttribute' && READ.has((node['name'] as { name: string }).name)) note(textsOf(node['value']));
    // Anywhere else: a sentence. Class lists and drawings have no capital with a blank and a word behind it.
    if (
      node.type === 'Literal' &&
      typeof node['value'] === 'string' &&
      /^\p{Lu}\p{Ll}+ \p{Ll}{2,}/u.test(node['value'])
    )
      note([node['value']]);
    for (const value of Object.values(node)) visit(value);
  };
  visit(parseSync(file, source).program as unknown);
  return found;
}

describe('the code of the page', () => {
  it('has no text baked into it', () => {
    const baked: string[] = [];
    for (const folder of FOLDERS)
      for (const name of readdirSync(join(WEB, folder), { recursive: true, encoding: 'utf8' })) {
        if (!/\.tsx?$/.test(name)) continue;
        const file = join(WEB, folder, name);
        for (const text of bakedIn(readFileSync(file, 'utf8'), file)) baked.push(`${relative(WEB, file)}: ${text}`);
      }
    expect(baked).toEqual([]);
  });

  it('would be caught with one', () => {
    expect(bakedIn('export const A = () => <p>Hello there</p>;', 'a.tsx')).toEqual(['Hello there']);
    expect(new Set(bakedIn("export const A = () => <p title='Say it'>{ok ? 'yes' : 'no ' + b}</p>;", 'a.tsx'))).toEqual(
      new Set(['yes', 'no', 'Say it']),
    );
    expect(bakedIn("const a = { hint: 'Try it again.' };", 'a.ts')).toEqual(['Try it again.']);
    expect(
      bakedIn("export const A = () => <p class='card empty'>{n} · {state === 'failed' && t.a}</p>;", 'a.tsx'),
    ).toEqual([]);
  });
});
