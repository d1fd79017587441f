/** A thousand lost links in one sitting: the same sensor, fresh objects each time, and nothing of the old ones left. */
import { expect, test } from 'vitest';
import { createHeadbandModel } from '../../src/adapters/sim/headband-model.ts';
import { createInProcessCentral } from '../../src/adapters/sim/in-process-central.ts';
import { createSubject } from '../../src/adapters/sim/subject/subject.ts';
import { headbandDriver } from '../../src/devices/headband.ts';
import { createGattSource } from '../../src/gateway/gatt-source.ts';
import { silentLog } from '../../src/gateway/log.ts';
import { createSupervisor } from '../../src/gateway/supervisor.ts';
import { createSerialQueue } from '../../src/gateway/waiting.ts';
import type { GattCentral, GattLink } from '../../src/ports/gatt.ts';
import { createVirtualTime, settle } from '../support/virtual-time.ts';

const RECONNECTS = 1000;

/** Counts what is taken of a central and given back: links, scans, listeners of a link. */
function counting(central: GattCentral) {
  const open = { links: 0, mostLinks: 0, scans: 0, made: 0, subscriptions: new Map<GattLink, number>() };
  const counted: GattCentral = {
    ...central,
    async scan(onFound) {
      const stop = await central.scan(onFound);
      open.scans++;
      return async () => {
        open.scans--;
        await stop();
      };
    },
    async connect(...args) {
      const link = await central.connect(...args);
      open.made++;
      open.links++;
      open.mostLinks = Math.max(open.mostLinks, open.links);
      link.onEnd(() => {
        open.links--;
        open.subscriptions.delete(link);
      });
      const { subscribe } = link;
      return Object.assign(link, {
        subscribe(...given: Parameters<GattLink['subscribe']>) {
          open.subscriptions.set(link, (open.subscriptions.get(link) ?? 0) + 1);
          return subscribe.apply(link, given);
        },
      });
    },
  };
  return { open, counted };
}

test(`${RECONNECTS} reconnects leave no timer, no link, no scan and no subscription behind`, async () => {
  const time = createVirtualTime();
  const model = createHeadbandModel({ source: createSubject(1), serial: 'LEAK-1' });
  const inner = createInProcessCentral([{ deviceId: 'LEAK-1', model }], time.clock, time.timers);
  const { open, counted } = counting(inner);
  const source = createGattSource({ central: counted, drivers: [headbandDriver], timers: time.timers });
  await source.start();
  let streams = 0;
  let received = 0;
  let late = 0;
  const ends: string[] = [];
  const supervisor = createSupervisor({
    source,
    sensorId: 'LEAK-1',
    reconnects: true,
    connectQueue: createSerialQueue(),
    clock: time.clock,
    timers: time.timers,
    log: silentLog,
    listener: {
      onStream: () => streams++,
      onNotification: () => {
        if (supervisor.phase === 'streaming' || supervisor.phase === 'starting') received++;
        else late++;
      },
      onStreamEnd: (reason) => ends.push(reason),
      onPhase: () => {},
    },
  });
  supervisor.start();
  /** Virtual time goes on until the sensor streams: retried in small steps, without a limit that a busy computer hits. */
  const untilStreaming = async (): Promise<void> => {
    for (let i = 0; supervisor.phase !== 'streaming' && i < 500; i++) await time.advance(20);
    expect(supervisor.phase).toBe('streaming');
  };
  await untilStreaming();
  await time.advance(100);
  const atFirst = { waiting: time.waiting, subscriptions: [...open.subscriptions.values()] };
  let mostWaiting = 0;
  for (let n = 1; n <= RECONNECTS; n++) {
    inner.breakLink('LEAK-1', 'out of range');
    expect(open.links).toBe(0);
    await untilStreaming();
    mostWaiting = Math.max(mostWaiting, time.waiting);
    expect(open.mostLinks).toBe(1);
    expect(open.scans).toBe(0);
  }
  await time.advance(100);
  expect(streams).toBe(RECONNECTS + 1);
  expect(open.made).toBe(RECONNECTS + 1);
  expect(ends).toEqual(Array.from({ length: RECONNECTS }, () => 'out of range'));
  expect(received).toBeGreaterThan(RECONNECTS);
  expect(late).toBe(0);
  expect(time.waiting).toBe(atFirst.waiting);
  expect([...open.subscriptions.values()]).toEqual(atFirst.subscriptions);
  await supervisor.stop();
  await source.stop();
  await settle();
  expect({ waiting: time.waiting, links: open.links, subscriptions: open.subscriptions.size }).toEqual({
    waiting: 0,
    links: 0,
    subscriptions: 0,
  });
}, 240_000);
