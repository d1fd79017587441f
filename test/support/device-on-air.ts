/** One simulated device on the virtual air, read as the gateway reads it, and scored against the subject's truth. */
import { toQuaternion } from '../../src/adapters/sim/subject/rotation.ts';
import type { AirDevice } from '../../src/cli/simulated-air.ts';
import { scoreAgainstOptics } from '../../src/core/fusion/optical-score.ts';
import { createPipeline } from '../../src/core/pipeline-run.ts';
import { createSampleBlock } from '../../src/core/sample.ts';
import type { DeviceDriver, StreamWish } from '../../src/devices/driver.ts';
import { driverForAdvertisement } from '../../src/devices/registry.ts';
import type { Advertisement, GattCentral, GattLink } from '../../src/ports/gatt.ts';
import type { StreamDescription } from '../../src/ports/sensor-source.ts';

export interface DeviceRun {
  readonly device: string;
  readonly rateHz: number;
  readonly content: string;
  readonly attitudeFrom: string;
  /** Notifications with motion. */
  readonly packetsSent: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly samples: number;
  /** 0..1, as the driver read it while the stream ran. */
  readonly battery: number | null;
  /** Against the truth after the first seconds, RMS, deg; heading zeroed where the scoring begins. */
  readonly inclinationDeg: number;
  readonly headingDeg: number;
  /** Error of turns over ten seconds, RMS, deg: what a repetition sees. */
  readonly turnDeg: number;
  readonly description: StreamDescription;
}

/** Not scored: the filter finds its tilt and its bias, s. */
const SETTLE_S = 3;
const TURN_S = 10;
/** What the subject is asked to do, again and again, so that there is something to measure. */
const PROMPT_EVERY_S = 10;

/** Searches until the device of this driver shows itself. */
export async function findDevice(central: GattCentral, driver: DeviceDriver): Promise<Advertisement> {
  let stop: (() => Promise<void>) | null = null;
  try {
    return await new Promise<Advertisement>((resolve, reject) => {
      setTimeout(() => reject(new Error(`no ${driver.id} was heard`)), 15_000).unref();
      central
        .scan((advertisement) => {
          // By family: two of a maker may look alike until they are connected.
          if (driverForAdvertisement(advertisement)?.serviceUuids[0] === driver.serviceUuids[0]) resolve(advertisement);
        })
        .then((stopScan) => {
          stop = stopScan;
        }, reject);
    });
  } finally {
    await (stop as (() => Promise<void>) | null)?.();
  }
}

/** Scan, connect, start, stream for `seconds`, blink, battery, stop, disconnect; then the score. */
export async function readDeviceOnAir(
  central: GattCentral,
  device: AirDevice,
  driver: DeviceDriver,
  seconds: number,
  wish: StreamWish = { rateHz: 200, content: 'both' },
): Promise<DeviceRun> {
  const link: GattLink = await central.connect((await findDevice(central, driver)).deviceId);
  const notifications: { characteristic: string; bytes: Uint8Array; arrivalUs: number }[] = [];
  const description = await driver.start(link, wish, (characteristic, bytes, arrivalUs) =>
    notifications.push({ characteristic, bytes: bytes.slice(), arrivalUs }),
  );
  if (driver.facts.identify !== null) await driver.identify(link);
  for (let leftS = seconds; leftS > 0; leftS -= PROMPT_EVERY_S) {
    await driver.prompt(link, 'look-around');
    await new Promise((resolve) => setTimeout(resolve, 1000 * Math.min(leftS, PROMPT_EVERY_S)));
  }
  const battery = await driver.readBattery(link);
  await driver.stop(link);
  // Asked after the end of the link: not every device has another stop.
  await link.disconnect();
  const packetsSent = (await device.stats()).packetsSent;
  const truth = await device.truth();

  const useDeviceQuaternion = description.config['attitudeFrom'] === 'quaternion';
  const pipeline = createPipeline({ nominalRateHz: description.nominalRateHz, useDeviceQuaternion });
  const decoder = driver.createDecoder(description);
  const block = createSampleBlock();
  const estimate: number[] = [];
  let samples = 0;
  let packetsReceived = 0;
  for (const { characteristic, bytes, arrivalUs } of notifications) {
    const status = decoder.decode(characteristic, bytes, block);
    // A message that waits for its companion has arrived too.
    if (status === 'ok' || status === 'incomplete') packetsReceived++;
    if (status !== 'ok') continue;
    const poses: number[] = [];
    pipeline.push(block, arrivalUs, (sample) => poses.push(...sample.worldFromSensor));
    // A sample that the pipeline did not take has no pose; which one it was is not asked, the packet is not scored.
    const whole = poses.length === 4 * block.count;
    for (let k = 0; k < 4 * block.count; k++) estimate[4 * samples + k] = whole ? poses[k]! : Number.NaN;
    samples += block.count;
  }
  const rows = Math.min(samples, truth.length);
  const optics = new Float64Array(4 * rows);
  for (let i = 0; i < rows; i++) toQuaternion(truth[i]!, optics.subarray(4 * i, 4 * i + 4));
  const rateHz = description.nominalRateHz;
  const movement = new Uint8Array(rows).map((_, i) => (i >= SETTLE_S * rateHz ? 1 : 0));
  const score = scoreAgainstOptics({ rateHz, rows, optics, movement }, Float64Array.from(estimate.slice(0, 4 * rows)));
  return {
    device: driver.id,
    rateHz,
    content: String(description.config['content']),
    attitudeFrom: useDeviceQuaternion ? 'quaternion' : 'inertial',
    packetsSent,
    packetsReceived,
    packetsLost: packetsSent - packetsReceived,
    samples,
    battery,
    inclinationDeg: score.inclination,
    headingDeg: score.startZeroedHeading,
    turnDeg: turnError(optics, estimate, rows, Math.round(TURN_S * rateHz), Math.round(SETTLE_S * rateHz)),
    description,
  };
}

/** RMS angle between the true and the measured rotation over `step` samples, deg; NaN when the record is shorter. */
function turnError(
  optics: Float64Array,
  estimate: readonly number[],
  rows: number,
  step: number,
  from: number,
): number {
  const relative = (q: ArrayLike<number>, a: number, b: number): [number, number, number, number] => {
    const [aw, ax, ay, az] = [q[4 * a]!, -q[4 * a + 1]!, -q[4 * a + 2]!, -q[4 * a + 3]!];
    const [bw, bx, by, bz] = [q[4 * b]!, q[4 * b + 1]!, q[4 * b + 2]!, q[4 * b + 3]!];
    return [
      aw * bw - ax * bx - ay * by - az * bz,
      aw * bx + ax * bw + ay * bz - az * by,
      aw * by - ax * bz + ay * bw + az * bx,
      aw * bz + ax * by - ay * bx + az * bw,
    ];
  };
  let sum = 0;
  let count = 0;
  for (let i = from; i + step < rows; i += 10) {
    const t = relative(optics, i, i + step);
    const e = relative(estimate, i, i + step);
    if (Number.isNaN(e[0])) continue;
    const w = Math.abs(t[0] * e[0] + t[1] * e[1] + t[2] * e[2] + t[3] * e[3]);
    sum += (2 * Math.acos(Math.min(1, w))) ** 2;
    count++;
  }
  return (Math.sqrt(sum / count) * 180) / Math.PI;
}
