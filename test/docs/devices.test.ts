/**
 * docs/devices.md says of each device what its driver says (DeviceFacts). After a change of facts:
 * UPDATE_DOCS=1 npx vitest run test/docs/devices.test.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DeviceDriver } from '../../src/devices/driver.ts';
import { DRIVERS } from '../../src/devices/registry.ts';

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'devices.md');
const BEGIN = '<!-- facts: written by test/docs/devices.test.ts -->';
const END = '<!-- end of facts -->';

const ATTITUDE = { inertial: 'our filter over its raw data', quaternion: 'its own quaternion' } as const;

function table(drivers: readonly DeviceDriver[]): string[] {
  const rows = drivers.map(({ id, label, facts }) =>
    [
      label,
      `\`${id}\``,
      facts.ratesHz.join(', '),
      facts.contents.join(', '),
      ATTITUDE[facts.attitudeFrom],
      facts.time,
      facts.battery,
      facts.identify ?? 'no',
    ].join(' | '),
  );
  return [
    '| device | id | rates, Hz | sends | attitude by default | time | battery | shows itself |',
    '|---|---|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
  ];
}

function section({ label, facts, modes }: DeviceDriver): string[] {
  const list = (title: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : [title, '', ...items.map((item) => `- ${item}`), ''];
  return [
    `### ${label}`,
    '',
    `Frame: ${facts.frame}. ATT MTU: ${facts.mtu}.`,
    '',
    ...list('Quirks:', facts.quirks),
    ...list('Wants a device in the hand:', facts.unverified),
    ...list(
      'Modes of `decode --mode`:',
      modes.map(({ mode, label: name }) => `${mode}: ${name}`),
    ),
  ];
}

const facts = (): string =>
  [BEGIN, '', ...table(DRIVERS), '', ...DRIVERS.flatMap(section), END].join('\n').replace(/\n{3,}/g, '\n\n');

test('the page of supported devices says what the drivers say', () => {
  const page = readFileSync(PAGE, 'utf8');
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END) + END.length;
  expect(from).toBeGreaterThan(0);
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, page.slice(0, from) + facts() + page.slice(to));
  else expect(page.slice(from, to)).toBe(facts());
});
