/** Every clause that can be judged over the air, against one device, from the first connection to the last. */
import { SUBJECT_PROMPTS } from '../../ports/sensor-source.ts';
import { samplesThatFit } from '../../wire/headband-packet.ts';
import {
  CommandResult,
  decodeInfo,
  HEADBAND_SERVICE,
  HeadbandCharacteristic,
  type HeadbandInfo,
  InfoCapability,
  type MotionContent,
  Sig,
} from '../../wire/headband-profile.ts';
import { type ConformanceBench, DeviceUnderTest } from './bench.ts';
import { type ClauseResult, Verdicts } from './clauses.ts';
import { judgeLengths, judgeMotion, judgeTime, motionOf } from './motion-clauses.ts';

export const CONFORMANCE_PARAMS = Object.freeze({
  quietMs: 700,
  steadyMs: 4000,
  rateMs: 700,
  wrapMs: 1500,
  motionMs: 14_000,
  /** Before the wraps at which PRESET lets a stream begin. */
  presetSamples: 30,
  presetUs: 600_000,
});

const { info: INFO, motion: MOTION, control: CONTROL, status: STATUS, prompt: PROMPT } = HeadbandCharacteristic;
const IDENTITY = [Sig.manufacturerName, Sig.modelNumber, Sig.serialNumber, Sig.firmwareRevision, Sig.hardwareRevision];

const start = (content: MotionContent, rateHz: number, samplesPerPacket = 0) =>
  ({ type: 'start', content, rateHz, samplesPerPacket }) as const;
const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

/** Never rejects because of the device: what it does wrong is a verdict. */
export async function runConformance(bench: ConformanceBench): Promise<ClauseResult[]> {
  const v = new Verdicts();
  v.check(
    'C1',
    bench.advertisement.serviceUuids.includes(HEADBAND_SERVICE),
    'the service is not in what it advertises',
  );
  const device = new DeviceUnderTest(bench, await bench.connect(), v);
  try {
    const info = await judgeWhatIsThere(v, device);
    if (info) {
      await judgeCommands(v, device, bench, info);
      await judgeStreams(v, device, bench, info);
      await judgeLinkEnd(v, device, bench, info);
    }
  } catch (cause) {
    v.fail('C2', `the run ended: ${cause instanceof Error ? cause.message : String(cause)}`);
  } finally {
    await device.link.disconnect().catch(() => undefined);
  }
  return v.results();
}

async function judgeWhatIsThere(v: Verdicts, { link }: DeviceUnderTest): Promise<HeadbandInfo | null> {
  const needed = [INFO, MOTION, CONTROL, STATUS, Sig.batteryLevel, ...IDENTITY];
  const missing = needed.filter((uuid) => !link.characteristics.has(uuid));
  v.check('C2', missing.length === 0, `missing: ${missing.join(', ')}`);
  for (const uuid of IDENTITY.filter((uuid) => link.characteristics.has(uuid))) {
    const bytes = await link.read(uuid);
    const printable = bytes.length >= 1 && bytes.length <= 20 && bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
    v.check('C5', printable, `${uuid} holds ${bytes.length} bytes, or others than printable ASCII`);
  }
  if (link.characteristics.has(Sig.batteryLevel)) {
    const level = await link.read(Sig.batteryLevel);
    v.check('C7', level.length === 1 && level[0]! <= 100, `it says ${[...level].join(' ')}`);
  }
  if ([INFO, MOTION, CONTROL, STATUS].some((uuid) => missing.includes(uuid))) return null;
  const parsed = decodeInfo(await link.read(INFO));
  v.check('C4', parsed.ok, parsed.ok ? '' : `Info: ${parsed.reason}`);
  if (!parsed.ok) return null;
  const simulated = (parsed.value.capabilities & InfoCapability.simulated) !== 0;
  v.check('C3', link.characteristics.has(PROMPT) === simulated, `Prompt is ${simulated ? 'missing' : 'there'}`);
  return parsed.value;
}

async function judgeCommands(
  v: Verdicts,
  device: DeviceUnderTest,
  bench: ConformanceBench,
  info: HeadbandInfo,
): Promise<void> {
  await device.subscribe();
  const unasked = motionOf(await device.listen(CONFORMANCE_PARAMS.quietMs)).length;
  v.check('C13', unasked === 0, `${unasked} Motion packets came before START`);
  for (const length of [1, 21]) {
    const refused = await device.link.write(CONTROL, new Uint8Array(length)).then(
      () => false,
      () => true,
    );
    v.check('C8', refused, `a write of ${length} bytes was acknowledged`);
  }
  const stopped = await device.send({ type: 'stop' });
  v.check('C14', stopped?.result === CommandResult.ok, `result ${stopped?.result}`);
  const unknown = await device.sendBytes(Uint8Array.from({ length: 20 }, (_, i) => (i === 0 ? 0x7f : 0)));
  v.check('C10', unknown?.result === CommandResult.unknownCommand, `an unknown command: result ${unknown?.result}`);
  const long = await device.sendBytes(Uint8Array.of(2, 0, 0));
  v.check('C10', long?.result === CommandResult.badLength, `a STOP of three bytes: result ${long?.result}`);
  v.pass('C8');

  // The rest while a stream runs, which has to run on.
  const content = info.contents.find((one) => one !== 'both') ?? info.contents[0]!;
  const running = await device.send(start(content, info.ratesHz.at(-1)!));
  if (running?.result !== CommandResult.ok) return v.notJudged('C11', `START was refused with ${running?.result}`);
  const none = await device.sendBytes(Uint8Array.of(1, 0, 8, 0));
  v.check('C11', none?.result === CommandResult.contentNotSupported, `a START of no content: result ${none?.result}`);
  for (const lacking of (['quaternion', 'inertial', 'both'] as const).filter((one) => !info.contents.includes(one))) {
    const result = (await device.send(start(lacking, info.ratesHz[0]!)))?.result;
    v.check('C11', result === CommandResult.contentNotSupported, `a START of ${lacking}: result ${result}`);
  }
  if (info.contents.includes('both') && samplesThatFit('both', device.link.mtu - 3) === 0) {
    const result = (await device.send(start('both', info.ratesHz[0]!)))?.result;
    v.check('C11', result === CommandResult.doesNotFit, `a START that does not fit the MTU: result ${result}`);
  }
  const shown = await device.sendBytes(Uint8Array.of(3, 0, 1));
  const can = (info.capabilities & InfoCapability.identify) !== 0;
  v.check('C30', shown?.result === (can ? CommandResult.ok : CommandResult.notSupported), `result ${shown?.result}`);
  if ((info.capabilities & InfoCapability.sleep) === 0) {
    const slept = await device.send({ type: 'sleep' });
    v.check('C31', slept?.result === CommandResult.notSupported, `result ${slept?.result}`);
  } else v.notJudged('C31', 'it offers SLEEP, which would end the run');
  const still = motionOf(await device.listen(CONFORMANCE_PARAMS.quietMs)).length;
  for (const clause of ['C10', 'C11', 'C30'] as const) v.check(clause, still > 0, 'the running stream ended');
  await judgeStop(v, device, bench);
}

async function judgeStop(v: Verdicts, device: DeviceUnderTest, bench: ConformanceBench): Promise<void> {
  const status = await device.send({ type: 'stop' });
  v.check('C13', status?.state === 'idle', `Status says ${status?.state} after STOP`);
  await bench.waitMs(300);
  const after = motionOf(await device.listen(CONFORMANCE_PARAMS.quietMs)).length;
  v.check('C13', after === 0, `${after} Motion packets came after STOP`);
}

async function judgeStreams(
  v: Verdicts,
  device: DeviceUnderTest,
  bench: ConformanceBench,
  info: HeadbandInfo,
): Promise<void> {
  const P = CONFORMANCE_PARAMS;
  const { mtu } = device.link;
  const infoBytes = await device.link.read(INFO);
  const rateHz = info.ratesHz.filter((rate) => rate <= 100).at(-1) ?? info.ratesHz[0]!;
  const content = info.contents.find((one) => one !== 'both') ?? info.contents[0]!;
  const steady = start(content, rateHz);
  const arrived = await device.stream(steady, P.steadyMs);
  if (!arrived) return v.fail('C25', `START of ${content} at ${rateHz} Hz was refused`);
  v.check('C12', arrived[0]?.from === 'status', 'the first notification after START was not Status');
  judgeLengths(v, arrived, steady, mtu, info);
  judgeTime(v, arrived, rateHz, { counter: 0, tickUs: null }, true);
  v.check('C4', sameBytes(infoBytes, await device.link.read(INFO)), 'Info has changed while connected');

  await judgeWraps(v, device, bench, info, content);
  for (const one of info.contents.filter((c) => c !== 'both')) {
    for (const rate of info.ratesHz) {
      const got = await device.stream(start(one, rate, 1), P.rateMs);
      const packets = motionOf(got ?? []);
      v.check('C25', got !== null, `START of ${one} at ${rate} Hz was refused`);
      v.check(
        'C25',
        packets.length > (0.5 * rate * P.rateMs) / 1000,
        `${packets.length} packets of ${one} at ${rate} Hz`,
      );
      v.check(
        'C25',
        packets.every(({ bytes }) => bytes.length <= 20),
        `${one} at ${rate} Hz came in longer packets`,
      );
    }
  }

  const both = info.contents.includes('both') && samplesThatFit('both', mtu - 3) > 0;
  const inertial = info.contents.includes('inertial');
  const moved = start(both ? 'both' : inertial ? 'inertial' : content, rateHz);
  if (device.link.characteristics.has(PROMPT))
    await device.link.write(PROMPT, Uint8Array.of(SUBJECT_PROMPTS.indexOf('look-around')));
  else bench.say('Turn and tilt the device by hand in all directions for 15 s, holding it still now and then.');
  // Without a quaternion beside it the gyroscope is judged by gravity alone, which takes longer.
  judgeMotion(v, (await device.stream(moved, both ? P.motionMs : 2 * P.motionMs)) ?? [], moved, mtu);
  if (both || !inertial || !info.contents.includes('quaternion')) return;
  const quaternion = start('quaternion', rateHz);
  judgeMotion(v, (await device.stream(quaternion, P.rateMs)) ?? [], quaternion, mtu);
}

/** Counter and tick over their ends: by PRESET in a second, without it only in a run of more than five minutes. */
async function judgeWraps(
  v: Verdicts,
  device: DeviceUnderTest,
  bench: ConformanceBench,
  info: HeadbandInfo,
  content: MotionContent,
): Promise<void> {
  const P = CONFORMANCE_PARAMS;
  const rateHz = info.ratesHz.at(-1)!;
  if ((info.capabilities & InfoCapability.preset) !== 0) {
    const counter = 65536 - P.presetSamples;
    const tickUs = 2 ** 32 - P.presetUs;
    const preset = await device.send({ type: 'preset', counter, tickUs });
    v.check('C18', preset?.result === CommandResult.ok, `PRESET: result ${preset?.result}`);
    const arrived = await device.stream(start(content, rateHz), P.wrapMs);
    judgeTime(v, arrived ?? [], rateHz, { counter, tickUs }, false);
  } else if (bench.long) {
    const seconds = Math.ceil(65536 / rateHz) + 5;
    bench.say(`Streaming for ${seconds} s, over the end of the counter.`);
    judgeTime(
      v,
      (await device.stream(start(content, rateHz), seconds * 1000)) ?? [],
      rateHz,
      { counter: 0, tickUs: null },
      true,
    );
  } else {
    const why = `counts and ticks rightly; its wraps want PRESET, or --long (${Math.ceil(65536 / rateHz / 60)} min)`;
    v.incomplete('C18', why);
  }
}

async function judgeLinkEnd(
  v: Verdicts,
  device: DeviceUnderTest,
  bench: ConformanceBench,
  info: HeadbandInfo,
): Promise<void> {
  await device.send(start(info.contents[0]!, info.ratesHz[0]!));
  await device.link.disconnect();
  await bench.waitMs(500);
  const again = new DeviceUnderTest(bench, await bench.connect(), v);
  try {
    const status = await again.status();
    const { state, command, token } = status ?? {};
    v.check('C15', state === 'idle' && command === 0 && token === 0, `${state}, command ${command}, token ${token}`);
  } finally {
    await again.link.disconnect().catch(() => undefined);
  }
}
