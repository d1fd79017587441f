import { createRadioCentral } from '../adapters/ble/radio-central.ts';
import { createInProcessCentral } from '../adapters/sim/in-process-central.ts';
import { createStore } from '../adapters/store/open-store.ts';
import { KitError } from '../contract/errors.ts';
import type { KitState } from '../contract/state.ts';
import type { TumbleCode, TumbleState } from '../contract/tumble.ts';
import { DRIVERS } from '../devices/registry.ts';
import { createGattSource } from '../gateway/gatt-source.ts';
import { createKit, type Kit } from '../gateway/kit.ts';
import { stackFlag } from './ble-stack-flag.ts';
import { type Command, textFlag } from './command.ts';
import { hostClock } from './host-clock.ts';
import { storePlace } from './store-place.ts';
import {
  DEFAULT_DEVICE,
  SUBJECT_OPTIONS,
  SUBJECT_USAGE,
  serialFlag,
  simulatedSensor,
  simulationSettings,
} from './subject-flags.ts';

const FIND_MS = 15_000;
const CONNECT_MS = 30_000;
/** The procedure gives up by itself after three minutes. */
const TUMBLE_MS = 200_000;
const LOOK_MS = 100;

const SAY: Readonly<Record<TumbleCode, string>> = {
  'tumble.keep-still': 'Lay the sensor on the table and leave it there.',
  'tumble.turn': 'Take it in the hand and turn it slowly over on all its sides, this way and that.',
  'tumble.turn-x': 'Only turning about its x axis is missing, both ways.',
  'tumble.turn-y': 'Only turning about its y axis is missing, both ways.',
  'tumble.turn-z': 'Only turning about its z axis is missing, both ways.',
  'tumble.put-down': 'Lay it on the table again and leave it there.',
  'tumble.accepted': 'Done: its scale is kept for this unit.',
  'tumble.refused-too-little-x': 'Not kept: it was turned too little about its x axis.',
  'tumble.refused-too-little-y': 'Not kept: it was turned too little about its y axis.',
  'tumble.refused-too-little-z': 'Not kept: it was turned too little about its z axis.',
  'tumble.refused-no-rest': 'Not kept: it was never laid down and left alone.',
  'tumble.refused-saturated': 'Not kept: it was turned faster than it can measure.',
  'tumble.refused-gap': 'Not kept: samples are missing in the middle.',
  'tumble.refused-not-measurable': 'Not kept: the record cannot be evaluated.',
  'tumble.refused-not-determined':
    'Not kept: the turning showed too little. Turn it on all sides, without swinging it.',
  'tumble.refused-implausible': 'Not kept: what was found is no gyro that exists.',
};

/** What a support engineer does with a unit on the table. */
export const tumble: Command = {
  name: 'tumble',
  summary: "calibrate a sensor's gyro in one guided minute and keep it for that unit",
  usage: [
    '--device ID            name or id of the sensor, as a search shows it (default: the first in sight)',
    '--simulated            a simulated headband, which does it by itself',
    '--data FOLDER          where it is kept (default: data/ in this folder); no gateway may be using it',
    '--json                 the outcome as one line of JSON',
    'Exit code 0: kept. 1: refused, with the reason.',
    ...SUBJECT_USAGE,
  ],
  options: {
    device: { type: 'string' },
    simulated: { type: 'boolean' },
    serial: { type: 'string' },
    data: { type: 'string' },
    'ble-stack': { type: 'string' },
    json: { type: 'boolean' },
    ...SUBJECT_OPTIONS,
  },
  async run(flags) {
    const central = flags['simulated']
      ? createInProcessCentral(
          [
            {
              deviceId: serialFlag(flags),
              model: simulatedSensor(simulationSettings(flags), DEFAULT_DEVICE, serialFlag(flags)),
            },
          ],
          hostClock,
        )
      : createRadioCentral({ stack: stackFlag(flags) });
    const store = createStore(storePlace(flags));
    await store.open();
    const sources = [createGattSource({ central, drivers: DRIVERS })];
    const kit = createKit({ sources, store, clock: hostClock, version: '', drivers: DRIVERS });
    try {
      await kit.start();
      const outcome = await guide(kit, textFlag(flags, 'device') ?? null, (text) => process.stderr.write(`${text}\n`));
      if (flags['json']) process.stdout.write(`${JSON.stringify(outcome)}\n`);
      else if (outcome.result) process.stdout.write(found(outcome.result));
      return outcome.phase === 'accepted' ? 0 : 1;
    } finally {
      await kit.stop();
      await store.close();
    }
  },
};

async function until<T>(
  kit: Kit,
  limitMs: number,
  late: () => KitError,
  test: (state: KitState) => T | null,
): Promise<T> {
  for (let waitedMs = 0; ; waitedMs += LOOK_MS) {
    const fits = test(kit.state);
    if (fits !== null) return fits;
    if (waitedMs >= limitMs) throw late();
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function guide(kit: Kit, device: string | null, say: (text: string) => void): Promise<TumbleState> {
  const { radio } = kit.state;
  await kit.execute({ type: 'scan', on: true });
  const sensor = await until(
    kit,
    FIND_MS,
    () => new KitError('SENSOR_NOT_FOUND', device ?? radio.message),
    ({ found }) =>
      found.find(({ id, name }) => device === null || id === device || id.endsWith(`:${device}`) || name === device) ??
      null,
  );
  await kit.execute({ type: 'connect', id: sensor.id, role: 'head' });
  await until(
    kit,
    CONNECT_MS,
    () => new KitError('LINK_TIMEOUT', sensor.name),
    ({ sensors }) => (sensors[0]?.phase === 'streaming' && sensors[0].received > 0 ? true : null),
  );
  await kit.execute({ type: 'tumble-start', index: 0 });
  let said = '';
  return until(
    kit,
    TUMBLE_MS,
    () => new KitError('LINK_LOST', sensor.name),
    ({ tumble: now }) => {
      if (!now) throw new KitError('LINK_LOST', sensor.name);
      const percent = now.phase === 'tumble' ? ` ${Math.round(10 * now.progress) * 10} %` : '';
      const text = `${SAY[now.code]}${percent}`;
      if (text !== said) say(text);
      said = text;
      return now.phase === 'accepted' || now.phase === 'rejected' ? now : null;
    },
  );
}

function found({ serial, scalePercent, crossAxisPercent, sigmaPercent }: NonNullable<TumbleState['result']>): string {
  const [x, y, z] = scalePercent.map((value) => value.toFixed(3));
  return [
    `unit ${serial}`,
    `  scale         x ${x} %, y ${y} %, z ${z} %`,
    `  cross-axis    at most ${crossAxisPercent.toFixed(3)} %`,
    `  uncertainty   ${sigmaPercent.toFixed(3)} % (one standard deviation, the least known element)`,
    '',
  ].join('\n');
}
