/** Bytes of a device, as a person has them from a log or a sniffer, to what the kit makes of them. Total: never throws. */
import { createSampleBlock, type SampleBlock, SampleFlag } from '../core/sample.ts';
import { degFromRad } from '../core/units.ts';
import type { Uuid } from '../ports/gatt.ts';
import { Sig } from '../wire/headband-profile.ts';
import type { Decoder, DecodeStatus, DeviceDriver } from './driver.ts';

export interface DecodedSample {
  /** Device time as the device counts it, us. */
  readonly tickUs: number | null;
  readonly counter: number | null;
  /** worldFromSensor [w x y z] */
  readonly quaternion: readonly number[] | null;
  /** [roll pitch yaw], where the device sent angles. */
  readonly eulerDeg: readonly number[] | null;
  readonly accMps2: readonly number[] | null;
  readonly gyrRadps: readonly number[] | null;
  readonly flags: readonly string[];
}

export type DecodeProblem =
  | Exclude<DecodeStatus, 'ok'>
  | 'unknown-device'
  | 'unknown-mode'
  | 'bad-characteristic'
  | 'bad-hex'
  | 'no-bytes'
  | 'bad-option'
  | 'internal';

export type DecodeOutcome =
  /** `battery` in percent. */
  | { readonly status: 'ok'; readonly samples: readonly DecodedSample[]; readonly battery: number | null }
  | { readonly status: DecodeProblem; readonly reason: string };

export interface DecodeRequest {
  readonly device: string;
  /** One for all notifications, or one for each. */
  readonly characteristics: readonly string[];
  /** One notification each, in their order. */
  readonly hex: readonly string[];
  readonly mode?: number;
}

const REASONS: Readonly<Record<Exclude<DecodeStatus, 'ok'>, string>> = {
  'not-motion': 'it is a message of this device, but holds neither motion nor a battery level',
  'too-short': 'it is shorter than its layout',
  'too-long': 'it is longer than its layout',
  'bad-version': 'it has another version than the driver knows',
  'bad-content': 'it says to hold something that the driver does not know',
  'bad-count': 'it does not hold the number of samples or frames that it announces',
  'bad-length': 'its length does not fit what it says to hold',
  'bad-checksum': 'its checksum does not match',
  'not-configured': 'the device runs, but was never told how: its outputs are all zero',
  incomplete: 'the frame goes on in a notification that was not given',
  'unknown-characteristic': 'this driver reads nothing from that characteristic',
};

/** The driver of a name: its id, or the only one that the name begins or that begins the name. */
export function driverByName(drivers: readonly DeviceDriver[], name: string): DeviceDriver | null {
  const wanted = name.trim().toLowerCase();
  const exact = drivers.find((driver) => driver.id === wanted);
  if (exact || wanted === '') return exact ?? null;
  const near = drivers.filter((driver) => driver.id.startsWith(`${wanted}-`) || wanted.startsWith(`${driver.id}-`));
  return near.length === 1 ? near[0]! : null;
}

/** Hex digits in any usual dress (0x, blanks, colons, dashes, commas); null when they are none. */
export function bytesOfHex(text: string): Uint8Array | null {
  const digits = text.replace(/0x/gi, '').replace(/[\s:,_-]/g, '');
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return null;
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

const SIG_BASE = '00001000800000805f9b34fb';

/** What a text may mean as a UUID, likeliest first: as it stands, or a short form within the device's own numbers. */
export function uuidsOfText(text: string, services: readonly Uuid[]): Uuid[] {
  const digits = text
    .replace(/^0x/i, '')
    .replace(/[\s{}-]/g, '')
    .toLowerCase();
  if (!/^[0-9a-f]+$/.test(digits)) return [];
  const own = services.filter((service) => service.length === 32);
  if (digits.length === 32)
    return [digits.endsWith(SIG_BASE) && digits.startsWith('0000') ? digits.slice(4, 8) : digits];
  if (digits.length === 8) {
    const vendor = own.map((service) => digits + service.slice(8));
    return digits.startsWith('0000') ? [digits.slice(4), ...vendor] : vendor;
  }
  if (digits.length === 4) return [digits, ...own.map((service) => service.slice(0, 4) + digits + service.slice(8))];
  return [];
}

/** The meaning that the driver knows; the first when it knows none. Null: not a UUID. */
function chosenUuid(driver: DeviceDriver, text: string, mode: number | undefined): Uuid | null {
  const numbered = driver.characteristicOf ? [driver.characteristicOf] : [];
  const candidates = uuidsOfText(text, [...driver.serviceUuids, ...numbered]);
  const scratch = createSampleBlock();
  const known = candidates.find((uuid) => {
    const decoder = driver.createDecoder(driver.describeForDecode(mode));
    return uuid === Sig.batteryLevel || decoder.decode(uuid, new Uint8Array(0), scratch) !== 'unknown-characteristic';
  });
  return known ?? candidates[0] ?? null;
}

const numberOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
/** Row `i` of a column; null where a component is absent. */
function row(column: Float64Array, i: number, width: number, scale = (value: number) => value): number[] | null {
  const values = Array.from(column.subarray(width * i, width * (i + 1)), scale);
  return values.every(Number.isFinite) ? values : null;
}

function sampleOf(block: SampleBlock, i: number, origin: Decoder['origin']): DecodedSample {
  const known = (value: number): number => (Number.isFinite(value) ? value : 0);
  return {
    tickUs: numberOrNull(block.tickUs[i]! + known(origin.tickUs)),
    counter: numberOrNull(block.counter[i]! + known(origin.counter)),
    quaternion: row(block.quat, i, 4),
    eulerDeg: row(block.eulerRad, i, 3, degFromRad),
    accMps2: row(block.accMps2, i, 3),
    gyrRadps: row(block.gyrRadps, i, 3),
    flags: Object.entries(SampleFlag)
      .filter(([, bit]) => (block.flags[i]! & bit) !== 0)
      .map(([name]) => name),
  };
}

const problem = (status: DecodeProblem, reason: string): DecodeOutcome => ({ status, reason });

function decode(drivers: readonly DeviceDriver[], request: DecodeRequest): DecodeOutcome {
  const { hex, characteristics, mode } = request;
  const driver = driverByName(drivers, request.device);
  if (!driver) return problem('unknown-device', `one of ${drivers.map(({ id }) => id).join(', ')} is needed`);
  const modes = driver.modes.map((entry) => entry.mode);
  if (mode !== undefined && modes.length > 0 && !modes.includes(mode))
    return problem('unknown-mode', `one of ${modes.join(', ')} is needed`);
  if (mode !== undefined && !Number.isInteger(mode)) return problem('unknown-mode', 'a whole number is needed');
  if (hex.length === 0) return problem('no-bytes', 'no notification was given');
  if (characteristics.length !== 1 && characteristics.length !== hex.length)
    return problem('bad-characteristic', 'one is needed for all notifications, or one for each');
  const uuids = characteristics.map((text) => chosenUuid(driver, text, mode));
  const decoder = driver.createDecoder(driver.describeForDecode(mode));
  const block = createSampleBlock();
  const samples: DecodedSample[] = [];
  let battery: number | null = null;
  let last: DecodeStatus = 'ok';
  for (const [index, text] of hex.entries()) {
    const which = hex.length > 1 ? `notification ${index + 1}: ` : '';
    const bytes = bytesOfHex(text);
    if (!bytes) return problem('bad-hex', `${which}an even number of hex digits is needed`);
    const uuid = uuids.length === 1 ? uuids[0] : uuids[index];
    if (!uuid) return problem('bad-characteristic', `${which}16, 32 or 128 bits in hex are needed`);
    last = decoder.decode(uuid, bytes, block);
    if (uuid === Sig.batteryLevel && bytes.length === 1 && bytes[0]! <= 100) {
      battery = bytes[0]!;
      if (last !== 'ok') last = 'not-motion';
    }
    for (let i = 0; i < block.count && last === 'ok'; i++) samples.push(sampleOf(block, i, decoder.origin));
    if (last !== 'ok' && last !== 'not-motion' && last !== 'incomplete') return problem(last, which + REASONS[last]);
  }
  battery ??= decoder.battery === null ? null : decoder.battery * 100;
  if (samples.length === 0 && battery === null && last !== 'ok') return problem(last, REASONS[last]);
  return { status: 'ok', samples, battery };
}

/** Samples of all notifications in their order, or the first reason why there are none. */
export function decodeBytes(drivers: readonly DeviceDriver[], request: DecodeRequest): DecodeOutcome {
  try {
    return decode(drivers, request);
  } catch (cause) {
    return problem('internal', cause instanceof Error ? cause.message : String(cause));
  }
}
