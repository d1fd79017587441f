/**
 * What noble's HCI binding knows and does not tell: ATT errors (a refused write never settles, a refused read gives an
 * empty value) and the MTU in force. Reaches into private fields, so on other bindings, or a changed noble, it only
 * finds nothing: a refusal is then a timeout.
 */
import type { NobleHciInternals, NoblePeripheral } from './noble-types.ts';

const ATT_CHANNEL = 4;
const ATT_ERROR_RESPONSE = 0x01;
/** noble asks for this MTU and takes the server's answer for the result, though the smaller of the two is in force. */
const NOBLE_MTU = 256;
export const ATT_MTU_MIN = 23;

export interface AttRefusal {
  /** Opcode of the refused request. */
  readonly request: number;
  readonly code: number;
}

export interface HciTap {
  /** True where refusals are seen, so that a missing answer really is one. */
  readonly seesRefusals: boolean;
  close(): void;
}

/** Reports every ATT error response of one connected peripheral, before noble itself has seen it. */
export function tapRefusals(
  noble: NobleHciInternals,
  peripheral: NoblePeripheral,
  onRefusal: (refusal: AttRefusal) => void,
): HciTap {
  const hci = noble._bindings?._hci;
  const handle = noble._bindings?._handles?.[peripheral.id];
  if (typeof hci?.prependListener !== 'function' || typeof handle !== 'number') {
    return { seesRefusals: false, close: () => {} };
  }
  const listener = (from: number, channel: number, data: Buffer) => {
    if (from !== handle || channel !== ATT_CHANNEL || data[0] !== ATT_ERROR_RESPONSE || data.length < 5) return;
    onRefusal({ request: data[1]!, code: data[4]! });
  };
  hci.prependListener('aclDataPkt', listener);
  return { seesRefusals: true, close: () => hci.removeListener('aclDataPkt', listener) };
}

/**
 * Every end of a connection attempt as the controller tells it, with the interval it agreed on (ms) when it succeeded.
 * A cancelled attempt ends too, though @stoprocent/noble tells nobody.
 */
export function onAttemptEnded(noble: NobleHciInternals, ended: (intervalMs: number | null) => void): () => void {
  const hci = noble._bindings?._hci;
  if (typeof hci?.on !== 'function') return () => {};
  const listener = (status: number, ...told: unknown[]) => {
    const intervalMs = told[4];
    ended(status === 0 && typeof intervalMs === 'number' ? intervalMs : null);
  };
  hci.on('leConnComplete', listener);
  return () => hci.removeListener('leConnComplete', listener);
}

/** The ATT MTU in force, bytes; tells noble too, so that its long reads and writes are cut right. */
export function settleMtu(noble: NobleHciInternals, peripheral: NoblePeripheral): number {
  const reported = peripheral.mtu ?? ATT_MTU_MIN;
  const gatt = noble._bindings?._gatts?.[peripheral.id];
  if (!gatt) return reported;
  const inForce = Math.max(ATT_MTU_MIN, Math.min(reported, NOBLE_MTU));
  if (typeof gatt._mtu === 'number') gatt._mtu = Math.min(gatt._mtu, inForce);
  return inForce;
}
