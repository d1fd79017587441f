/** The few HCI commands, events and fields that the virtual radio and the simulated peripherals speak (Core 5.3, Vol 4, Part E). */
import { H4Type } from '../../wire/h4.ts';

export const HciCommand = {
  disconnect: 0x0406,
  setEventMask: 0x0c01,
  reset: 0x0c03,
  readBdAddr: 0x1009,
  readRssi: 0x1405,
  leSetEventMask: 0x2001,
  leReadBufferSize: 0x2002,
  leSetAdvertisingParameters: 0x2006,
  leSetAdvertisingData: 0x2008,
  leSetScanResponseData: 0x2009,
  leSetAdvertiseEnable: 0x200a,
  leSetScanEnable: 0x200c,
  leCreateConnection: 0x200d,
  leCreateConnectionCancel: 0x200e,
} as const;

export const HciEvent = {
  disconnectionComplete: 0x05,
  encryptionChange: 0x08,
  commandComplete: 0x0e,
  commandStatus: 0x0f,
  numberOfCompletedPackets: 0x13,
  encryptionKeyRefresh: 0x30,
  leMeta: 0x3e,
} as const;

export const LeMeta = {
  connectionComplete: 0x01,
  advertisingReport: 0x02,
  longTermKeyRequest: 0x05,
  enhancedConnectionComplete: 0x0a,
} as const;

export const HciStatus = {
  success: 0x00,
  unknownConnection: 0x02,
  connectionTimeout: 0x08,
  commandDisallowed: 0x0c,
  remoteUserEnded: 0x13,
} as const;

/** Packet boundary flag of an ACL fragment that continues an L2CAP packet. */
export const ACL_CONTINUES = 0b01;

/** Commands whose first parameter is a connection handle. */
export const COMMANDS_WITH_HANDLE: ReadonlySet<number> = new Set([
  0x0406, 0x041d, 0x1405, 0x2013, 0x2016, 0x2019, 0x201a, 0x201b, 0x2020, 0x2021, 0x2022,
]);

export function u16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] ?? 0) | ((bytes[offset + 1] ?? 0) << 8);
}

export function putU16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value & 0xff;
  bytes[offset + 1] = (value >> 8) & 0xff;
}

/** A command packet with its H4 type byte. */
export function commandPacket(opcode: number, parameters: Uint8Array | readonly number[] = []): Uint8Array {
  const packet = new Uint8Array(4 + parameters.length);
  packet[0] = H4Type.command;
  putU16(packet, 1, opcode);
  packet[3] = parameters.length;
  packet.set(parameters, 4);
  return packet;
}

/** An event packet with its H4 type byte. */
export function eventPacket(event: number, parameters: readonly number[]): Uint8Array {
  return Uint8Array.from([H4Type.event, event, parameters.length, ...parameters]);
}

export function commandCompletePacket(opcode: number, returned: readonly number[]): Uint8Array {
  return eventPacket(HciEvent.commandComplete, [1, opcode & 0xff, opcode >> 8, ...returned]);
}

export function disconnectionPacket(handle: number, reason: number): Uint8Array {
  return eventPacket(HciEvent.disconnectionComplete, [0, handle & 0xff, handle >> 8, reason]);
}

/** Six address bytes as on the wire (low byte first) to `aa:bb:cc:dd:ee:ff`. */
export function addressText(bytes: Uint8Array, offset: number): string {
  const parts: string[] = [];
  for (let i = 5; i >= 0; i--) parts.push((bytes[offset + i] ?? 0).toString(16).padStart(2, '0'));
  return parts.join(':');
}

/** The reverse of addressText. */
export function addressBytes(text: string): Uint8Array {
  return Uint8Array.from(
    text
      .split(':')
      .map((part) => Number.parseInt(part, 16))
      .reverse(),
  );
}

export interface ConnectionComplete {
  readonly status: number;
  readonly handle: number;
  /** 0 central, 1 peripheral. */
  readonly role: number;
  readonly peerAddress: string;
  readonly supervisionMs: number;
}

/** Reads an LE (Enhanced) Connection Complete event; null when the packet is something else. */
export function readConnectionComplete(packet: Uint8Array): ConnectionComplete | null {
  if (packet[0] !== H4Type.event || packet[1] !== HciEvent.leMeta) return null;
  const enhanced = packet[3] === LeMeta.enhancedConnectionComplete;
  if (!enhanced && packet[3] !== LeMeta.connectionComplete) return null;
  // After the peer address: two resolvable addresses in the enhanced form, then interval, latency, supervision timeout.
  const interval = enhanced ? 27 : 15;
  if (packet.length < interval + 6) return null;
  return {
    status: packet[4]!,
    handle: u16(packet, 5) & 0x0fff,
    role: packet[7]!,
    peerAddress: addressText(packet, 9),
    supervisionMs: u16(packet, interval + 4) * 10,
  };
}
