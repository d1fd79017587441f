/** The gateway's side of the radio against radio processes that misbehave; runs everywhere. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRadioCentral } from '../../../src/adapters/ble/index.ts';
import { until } from '../../support/virtual-radio.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'neck-radio-child-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A radio process made of these lines; `say` reports, `on` gets every request. */
function fakeRadio(name: string, lines: string) {
  const file = path.join(folder, `${name}.mjs`);
  writeFileSync(
    file,
    `const say = (report) => process.send(report);
     const on = (listener) => process.on('message', listener);
     process.on('disconnect', () => process.exit(0));
     ${lines}`,
  );
  const log: string[] = [];
  const central = createRadioCentral({ childEntry: pathToFileURL(file), log: (text) => log.push(text) });
  return { central, log };
}

const CONNECTED = `{ linkId: 1, name: 'x', mtu: 23, characteristics: [] }`;

test('one that dies again and again: unavailable in the end, tried at growing intervals', async () => {
  const { central, log } = fakeRadio('dying', `process.stderr.write('no such luck\\n'); process.exit(3);`);
  const statuses: string[] = [];
  central.onStatus(({ status }) => statuses.push(status));
  await central.start();
  expect(central.status()).toMatchObject({ status: 'unavailable', code: 'RADIO_DIED' });
  expect(statuses).toEqual(['restarting', 'unavailable']);
  const pauses = log.flatMap((text) => /exit code 3.* in (\d+) ms/.exec(text)?.[1] ?? []);
  expect(pauses.slice(0, 3)).toEqual(['250', '500', '1000']);
  expect(log.join('\n')).toContain('no such luck');
  await central.stop();
});

test('one that says it is ready and then nothing more: calls end all the same', async () => {
  const { central } = fakeRadio('mute', `on(({ type }) => { if (type === 'open') say({ type: 'ready' }); });`);
  await central.start();
  await expect(central.connect('a', 100)).rejects.toMatchObject({ code: 'LINK_TIMEOUT' });
  const pending = central.connect('a', 60_000);
  const stopping = central.stop();
  await expect(pending).rejects.toMatchObject({ code: 'RADIO_DIED' });
  await stopping;
});

test('a link that is made when nobody waits for it any more is ended', async () => {
  const { central, log } = fakeRadio(
    'slow',
    `on((request) => {
       if (request.type === 'open') say({ type: 'ready' });
       if (request.type !== 'call') return;
       if (request.call.op === 'connect') {
         setTimeout(() => say({ type: 'result', id: request.id, ok: true, value: ${CONNECTED} }), 2500);
       } else say({ type: 'log', text: JSON.stringify(request.call) });
     });`,
  );
  await central.start();
  await expect(central.connect('a', 50)).rejects.toMatchObject({ code: 'LINK_TIMEOUT' });
  await until('the goodbye', () => log.includes('{"op":"disconnect","linkId":1}'));
  await central.stop();
});

test('who asks for a sensor while the process is started again waits for it, no longer than the deadline', async () => {
  const marker = path.join(folder, 'died-once');
  const { central } = fakeRadio(
    'revived',
    `import { existsSync, writeFileSync } from 'node:fs';
     on((request) => {
       if (request.type === 'open') {
         say({ type: 'ready' });
         if (existsSync(${JSON.stringify(marker)})) return;
         writeFileSync(${JSON.stringify(marker)}, '');
         setTimeout(() => process.exit(1), 50);
       }
       if (request.type === 'call') say({ type: 'result', id: request.id, ok: true, value: ${CONNECTED} });
     });`,
  );
  await central.start();
  await until('its end', () => central.status().status === 'restarting');
  await expect(central.connect('a', 1)).rejects.toMatchObject({ code: 'RADIO_DIED' });
  const link = await central.connect('a', 30_000);
  expect(link.mtu).toBe(23);
  // Stopped meanwhile: nobody waits for what will not come.
  process.kill(central.radioPid!, 'SIGKILL');
  await until('its end', () => central.status().status === 'restarting');
  const pending = central.connect('a', 30_000);
  const refused = expect(pending).rejects.toMatchObject({ code: 'RADIO_DIED' });
  await central.stop();
  await refused;
});

test('the end of a link may come right behind the link itself', async () => {
  const { central } = fakeRadio(
    'hasty',
    `on((request) => {
       if (request.type === 'open') say({ type: 'ready' });
       if (request.type !== 'call') return;
       say({ type: 'result', id: request.id, ok: true, value: ${CONNECTED} });
       say({ type: 'ended', linkId: 1, reason: 'too early' });
     });`,
  );
  await central.start();
  const link = await central.connect('a');
  const reason = await new Promise((resolve) => link.onEnd(resolve));
  expect(reason).toBe('too early');
  await central.stop();
});

test('stopped and started again, it works again', async () => {
  const { central } = fakeRadio(
    'steady',
    `on(({ type }) => {
    if (type === 'open') say({ type: 'ready' });
    if (type === 'close') process.exit(0);
  });`,
  );
  for (let i = 0; i < 2; i++) {
    await central.start();
    expect(central.status()).toEqual({ status: 'ready' });
    await central.stop();
    await expect(central.connect('a')).rejects.toMatchObject({ code: 'RADIO_DIED' });
  }
});
