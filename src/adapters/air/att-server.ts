/**
 * The attribute protocol, server side (Core 5.3, Vol 3, Part F): one request in, at most one answer out. Knows no
 * transport. Total: any bytes give an answer or silence, never an exception (a model's own exception becomes an ATT error).
 */

import type { Uuid } from '../../ports/gatt.ts';
import { AttError, type GattServerModel } from '../../ports/gatt-server.ts';
import {
  type Attribute,
  buildGattTable,
  type GattTable,
  UUID_PRIMARY_SERVICE,
  uuidBytes,
  uuidText,
} from './gatt-table.ts';

const Op = {
  error: 0x01,
  mtuRequest: 0x02,
  mtuResponse: 0x03,
  findInformation: 0x04,
  readByType: 0x08,
  read: 0x0a,
  readBlob: 0x0c,
  readByGroup: 0x10,
  write: 0x12,
  prepareWrite: 0x16,
  executeWrite: 0x18,
  notification: 0x1b,
  writeCommand: 0x52,
} as const;

const Code = {
  invalidHandle: 0x01,
  invalidPdu: 0x04,
  requestNotSupported: 0x06,
  invalidOffset: 0x07,
  prepareQueueFull: 0x09,
  attributeNotFound: 0x0a,
  unlikely: 0x0e,
  unsupportedGroup: 0x10,
} as const;

/** Smallest and default ATT MTU on LE, bytes. */
export const ATT_MTU_MIN = 23;
/** Longest attribute value, bytes (Vol 3, Part F, 3.2.9). */
const MAX_VALUE_BYTES = 512;
const COMMAND_BIT = 0x40;

export class AttServer {
  readonly #model: GattServerModel;
  readonly #table: GattTable;
  readonly #mtuMax: number;
  #mtu = ATT_MTU_MIN;
  #prepared: { readonly handle: number; readonly offset: number; readonly part: Uint8Array }[] = [];
  /** The value that a long read goes through: it may change at the model meanwhile. */
  #longRead: { readonly handle: number; readonly value: Uint8Array } | null = null;

  constructor(model: GattServerModel, mtuMax: number) {
    this.#model = model;
    this.#table = buildGattTable(model);
    this.#mtuMax = Math.max(ATT_MTU_MIN, mtuMax);
  }

  /** In force on this connection, bytes. */
  get mtu(): number {
    return this.#mtu;
  }

  /** A new connection: nothing of the last one is left. */
  reset(): void {
    this.#mtu = ATT_MTU_MIN;
    this.#prepared = [];
    this.#longRead = null;
    for (const characteristic of this.#table.byUuid.values()) characteristic.subscribed = false;
  }

  /**
   * A notification PDU, or null when nobody subscribed. A value longer than mtu - 3 is cut there, as the specification
   * has it (3.4.7.1): `truncated` in the result tells.
   */
  notification(uuid: Uuid, value: Uint8Array): { readonly pdu: Uint8Array; readonly truncated: boolean } | null {
    const characteristic = this.#table.byUuid.get(uuid);
    if (!characteristic?.subscribed) return null;
    const length = Math.min(value.length, this.#mtu - 3);
    const pdu = new Uint8Array(3 + length);
    pdu[0] = Op.notification;
    pdu[1] = characteristic.valueHandle & 0xff;
    pdu[2] = characteristic.valueHandle >> 8;
    pdu.set(value.subarray(0, length), 3);
    return { pdu, truncated: length < value.length };
  }

  /** Answers one PDU of the client; null when none is due. */
  handle(pdu: Uint8Array, nowUs: number): Uint8Array | null {
    const op = pdu[0];
    if (op === undefined) return null;
    switch (op) {
      case Op.mtuRequest:
        return pdu.length === 3 ? this.#exchangeMtu(u16(pdu, 1)) : errorPdu(op, 0, Code.invalidPdu);
      case Op.findInformation:
        return pdu.length === 5 ? this.#findInformation(u16(pdu, 1), u16(pdu, 3)) : errorPdu(op, 0, Code.invalidPdu);
      case Op.readByType:
      case Op.readByGroup:
        if (pdu.length !== 7 && pdu.length !== 21) return errorPdu(op, 0, Code.invalidPdu);
        return this.#readMany(op, u16(pdu, 1), u16(pdu, 3), uuidText(pdu.subarray(5)));
      case Op.read:
        return pdu.length === 3 ? this.#readOne(op, u16(pdu, 1), 0) : errorPdu(op, 0, Code.invalidPdu);
      case Op.readBlob:
        return pdu.length === 5 ? this.#readOne(op, u16(pdu, 1), u16(pdu, 3)) : errorPdu(op, 0, Code.invalidPdu);
      case Op.write:
        return pdu.length >= 3 ? this.#writeRequest(pdu, nowUs) : errorPdu(op, 0, Code.invalidPdu);
      case Op.writeCommand:
        if (pdu.length >= 3) this.#write(u16(pdu, 1), pdu.slice(3), 'writeWithoutResponse', nowUs);
        return null;
      case Op.prepareWrite:
        return pdu.length >= 5 ? this.#prepareWrite(pdu) : errorPdu(op, 0, Code.invalidPdu);
      case Op.executeWrite:
        return pdu.length === 2 ? this.#executeWrite(pdu[1] !== 0, nowUs) : errorPdu(op, 0, Code.invalidPdu);
      default:
        // Requests have even numbers; odd ones are answers to us, commands want none.
        return (op & 1) === 0 && (op & COMMAND_BIT) === 0 ? errorPdu(op, 0, Code.requestNotSupported) : null;
    }
  }

  #exchangeMtu(clientMtu: number): Uint8Array {
    this.#mtu = Math.max(ATT_MTU_MIN, Math.min(clientMtu, this.#mtuMax));
    this.#model.mtuChanged(this.#mtu);
    return Uint8Array.of(Op.mtuResponse, this.#mtuMax & 0xff, this.#mtuMax >> 8);
  }

  /** One answer holds UUIDs of one size only: 16-bit ones in format 1, 128-bit ones in format 2. */
  #findInformation(start: number, end: number): Uint8Array {
    const found = this.#range(start, end);
    const first = found[0];
    if (start === 0 || start > end) return errorPdu(Op.findInformation, start, Code.invalidHandle);
    if (!first) return errorPdu(Op.findInformation, start, Code.attributeNotFound);
    const entries: number[] = [];
    const entryBytes = 2 + first.type.length / 2;
    for (const attribute of found) {
      if (attribute.type.length !== first.type.length || 2 + entries.length + entryBytes > this.#mtu) break;
      entries.push(attribute.handle & 0xff, attribute.handle >> 8, ...uuidBytes(attribute.type));
    }
    return Uint8Array.of(Op.findInformation + 1, first.type.length === 4 ? 1 : 2, ...entries);
  }

  /** Read By Type and Read By Group Type: all values of one length that fit. */
  #readMany(op: number, start: number, end: number, type: Uuid): Uint8Array {
    if (start === 0 || start > end) return errorPdu(op, start, Code.invalidHandle);
    const group = op === Op.readByGroup;
    if (group && type !== UUID_PRIMARY_SERVICE) return errorPdu(op, start, Code.unsupportedGroup);
    const entries: number[] = [];
    let entryBytes = 0;
    for (const attribute of this.#range(start, end)) {
      if (attribute.type !== type) continue;
      const value = this.#value(attribute);
      if (typeof value === 'number') {
        if (entries.length > 0) break;
        return errorPdu(op, attribute.handle, value);
      }
      const head = group
        ? [attribute.handle & 0xff, attribute.handle >> 8, attribute.endHandle & 0xff, attribute.endHandle >> 8]
        : [attribute.handle & 0xff, attribute.handle >> 8];
      // The first entry is cut to what fits (its size is one byte), the others must have its size.
      const body = value.subarray(0, Math.min(this.#mtu - 2, 255) - head.length);
      if (entries.length === 0) entryBytes = head.length + body.length;
      if (head.length + body.length !== entryBytes || 2 + entries.length + entryBytes > this.#mtu) break;
      entries.push(...head, ...body);
    }
    if (entries.length === 0) return errorPdu(op, start, Code.attributeNotFound);
    return Uint8Array.of(op + 1, entryBytes, ...entries);
  }

  #readOne(op: number, handle: number, offset: number): Uint8Array {
    const attribute = this.#table.attributes[handle - 1];
    if (!attribute) return errorPdu(op, handle, Code.invalidHandle);
    const kept = op === Op.readBlob && this.#longRead?.handle === handle ? this.#longRead.value : null;
    const value = kept ?? this.#value(attribute);
    if (typeof value === 'number') return errorPdu(op, handle, value);
    if (offset > value.length) return errorPdu(op, handle, Code.invalidOffset);
    this.#longRead = { handle, value };
    return Uint8Array.of(op + 1, ...value.subarray(offset, offset + this.#mtu - 1));
  }

  #writeRequest(pdu: Uint8Array, nowUs: number): Uint8Array {
    const handle = u16(pdu, 1);
    const code = this.#write(handle, pdu.slice(3), 'write', nowUs);
    return code === AttError.ok ? Uint8Array.of(Op.write + 1) : errorPdu(Op.write, handle, code);
  }

  #prepareWrite(pdu: Uint8Array): Uint8Array {
    const handle = u16(pdu, 1);
    const attribute = this.#table.attributes[handle - 1];
    if (!attribute) return errorPdu(Op.prepareWrite, handle, Code.invalidHandle);
    if (!attribute.characteristic?.properties.includes('write')) {
      return errorPdu(Op.prepareWrite, handle, AttError.writeNotPermitted);
    }
    const part = pdu.slice(5);
    const queued = this.#prepared.reduce((sum, entry) => sum + entry.part.length, 0);
    if (queued + part.length > MAX_VALUE_BYTES) return errorPdu(Op.prepareWrite, handle, Code.prepareQueueFull);
    this.#prepared.push({ handle, offset: u16(pdu, 3), part });
    const echo = pdu.slice();
    echo[0] = Op.prepareWrite + 1;
    return echo;
  }

  #executeWrite(commit: boolean, nowUs: number): Uint8Array {
    const prepared = this.#prepared;
    this.#prepared = [];
    const values = new Map<number, number[]>();
    for (const { handle, offset, part } of commit ? prepared : []) {
      const value = values.get(handle) ?? [];
      if (offset > value.length) return errorPdu(Op.executeWrite, handle, Code.invalidOffset);
      value.splice(offset, part.length, ...part);
      values.set(handle, value);
    }
    for (const [handle, value] of values) {
      const code = this.#write(handle, Uint8Array.from(value), 'write', nowUs);
      if (code !== AttError.ok) return errorPdu(Op.executeWrite, handle, code);
    }
    return Uint8Array.of(Op.executeWrite + 1);
  }

  #write(handle: number, bytes: Uint8Array, how: 'write' | 'writeWithoutResponse', nowUs: number): number {
    const attribute = this.#table.attributes[handle - 1];
    if (!attribute) return Code.invalidHandle;
    const characteristic = attribute.characteristic;
    if (!characteristic) return AttError.writeNotPermitted;
    try {
      if (attribute.role === 'configuration') {
        if (bytes.length !== 2) return AttError.invalidLength;
        const on = (bytes[0]! & 1) !== 0;
        if (on !== characteristic.subscribed) {
          characteristic.subscribed = on;
          this.#model.subscriptionChanged(characteristic.uuid, on, nowUs);
        }
        return AttError.ok;
      }
      if (!characteristic.properties.includes(how)) return AttError.writeNotPermitted;
      return this.#model.write(characteristic.uuid, bytes, nowUs);
    } catch {
      return Code.unlikely;
    }
  }

  #value(attribute: Attribute): Uint8Array | number {
    if (attribute.value) return attribute.value;
    const characteristic = attribute.characteristic!;
    if (attribute.role === 'configuration') return Uint8Array.of(characteristic.subscribed ? 1 : 0, 0);
    if (!characteristic.properties.includes('read')) return AttError.readNotPermitted;
    if (characteristic.constant) return characteristic.constant;
    try {
      return this.#model.read(characteristic.uuid);
    } catch {
      return Code.unlikely;
    }
  }

  #range(start: number, end: number): readonly Attribute[] {
    return this.#table.attributes.slice(Math.max(0, start - 1), Math.max(0, end));
  }
}

function u16(bytes: Uint8Array, offset: number): number {
  return bytes[offset]! | (bytes[offset + 1]! << 8);
}

function errorPdu(op: number, handle: number, code: number): Uint8Array {
  return Uint8Array.of(Op.error, op, handle & 0xff, handle >> 8, code);
}
