/** Advertising payloads of at most 31 bytes (Core Specification Supplement, Part A). */
import type { Uuid } from '../../ports/gatt.ts';
import { uuidBytes } from './gatt-table.ts';

const MAX_BYTES = 31;
/** LE General Discoverable, no BR/EDR. */
const FLAGS = [0x02, 0x01, 0x06];

/** Flags and as many service UUIDs as fit; what does not fit makes its list "incomplete". */
export function advertisingData(services: readonly Uuid[]): Uint8Array {
  const bytes = [...FLAGS];
  for (const [size, incomplete, complete] of [
    [16, 0x06, 0x07],
    [2, 0x02, 0x03],
  ] as const) {
    const uuids = services.filter((uuid) => uuid.length === 2 * size);
    const fitting = uuids.slice(0, Math.max(0, Math.floor((MAX_BYTES - bytes.length - 2) / size)));
    if (fitting.length === 0) continue;
    const type = fitting.length === uuids.length ? complete : incomplete;
    bytes.push(1 + size * fitting.length, type, ...fitting.flatMap((uuid) => [...uuidBytes(uuid)]));
  }
  return Uint8Array.from(bytes);
}

/** The name, shortened on a character boundary when it is longer than 29 bytes. */
export function scanResponseData(name: string): Uint8Array {
  let text = name;
  let encoded = new TextEncoder().encode(text);
  while (encoded.length > MAX_BYTES - 2) {
    text = [...text].slice(0, -1).join('');
    encoded = new TextEncoder().encode(text);
  }
  return Uint8Array.of(1 + encoded.length, text === name ? 0x09 : 0x08, ...encoded);
}
