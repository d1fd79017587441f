/** The kit's UUIDs (small, no dashes, four digits where assigned) and the browser's (always 128 bits, with dashes). */
import type { Uuid } from '../../ports/gatt.ts';

/** Bluetooth Base UUID (Core 5.3, Vol 3, Part B, 2.5.1) behind its first 32 bits. */
const BASE = '00001000800000805f9b34fb';

export function webUuid(uuid: Uuid): string {
  const hex = uuid.length === 4 ? `0000${uuid}${BASE}` : uuid;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export function kitUuid(uuid: string): Uuid {
  const hex = uuid.toLowerCase().replaceAll('-', '');
  return hex.startsWith('0000') && hex.endsWith(BASE) ? hex.slice(4, 8) : hex;
}
