import { expect, test } from 'vitest';
import { checkWindows } from '../../src/cli/doctor-windows.ts';

/** As `sc query bthserv` prints it. */
const answer = (state: string): string =>
  [
    '',
    'SERVICE_NAME: bthserv ',
    '        TYPE               : 30  WIN32  ',
    `        STATE              : ${state} `,
    '                                (STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)',
    '        WIN32_EXIT_CODE    : 0  (0x0)',
    '        SERVICE_EXIT_CODE  : 0  (0x0)',
    '        CHECKPOINT         : 0x0',
    '        WAIT_HINT          : 0x0',
    '',
  ].join('\r\n');
const MISSING = [
  '[SC] EnumQueryServicesStatus:OpenService FAILED 1060:',
  '',
  'The specified service does not exist as an installed service.',
  '',
].join('\r\n');

test.each([
  ['running', answer('4  RUNNING'), 'ok', 'runs'],
  ['running, in another language', answer('4  RUNNING').replace('STATE ', 'STATUS'), 'ok', 'runs'],
  ['stopped', answer('1  STOPPED'), 'fail', 'does not run'],
  ['starting', answer('2  START_PENDING'), 'fail', 'does not run'],
  ['absent', MISSING, 'fail', 'has no Bluetooth'],
  ['a program that cannot be started', null, 'note', 'does not tell'],
  ['something else', 'Access is denied.', 'note', 'does not tell'],
])('the Bluetooth service of Windows: %s', (_what, said, status, words) => {
  const asked: string[] = [];
  const check = checkWindows((command, args) => {
    asked.push([command, ...args].join(' '));
    return said;
  });
  expect(asked).toEqual(['sc query bthserv']);
  expect(check).toMatchObject({ id: 'service', status });
  expect(check.sentence).toContain(words);
  expect(check.remedy === null).toBe(status !== 'fail');
});
