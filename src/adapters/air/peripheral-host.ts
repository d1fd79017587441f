/**
 * A Bluetooth LE peripheral over H4: advertises a model, accepts one central, serves its GATT table and sends the
 * notifications that the model's own clock asks for. Comes back by itself when its adapter goes and returns.
 */
import type { GattServerModel } from '../../ports/gatt-server.ts';
import type { Clock } from '../../ports/time.ts';
import { advertisingData, scanResponseData } from './advertising-data.ts';
import { ATT_MTU_MIN, AttServer } from './att-server.ts';
import { H4Host } from './h4-host.ts';
import { addressText, HciCommand, HciEvent, HciStatus, readConnectionComplete, u16 } from './hci.ts';
import { L2capLink } from './l2cap-link.ts';
import { ModelLoop } from './model-loop.ts';

const ATT_CHANNEL = 0x0004;
const SECURITY_CHANNEL = 0x0006;
/** Pairing Failed: pairing not supported (Core 5.3, Vol 3, Part H, 3.5.5). */
const PAIRING_NOT_SUPPORTED = Uint8Array.of(0x05, 0x05);
/** Advertising interval, in units of 0.625 ms: 100 ms. */
const ADVERTISING_INTERVAL = 160;
/** All events but the reserved ones; LE: connection, advertising, update, features, key request (as noble asks). */
const EVENT_MASK = [0xff, 0xff, 0xfb, 0xff, 0x07, 0xf8, 0xbf, 0x3d];
const LE_EVENT_MASK = [0x1f, 0, 0, 0, 0, 0, 0, 0];

export interface PeripheralCounters {
  /** Notifications the model emitted while a central had subscribed. */
  sent: number;
  /** Cut to the MTU. */
  truncated: number;
  /** Not queued, because the queue to the radio was full. */
  dropped: number;
}

export type PeripheralEvent =
  | { readonly type: 'advertising'; readonly address: string }
  | { readonly type: 'connected'; readonly peer: string }
  | { readonly type: 'mtu'; readonly mtu: number }
  | { readonly type: 'disconnected'; readonly reason: number }
  | { readonly type: 'adapter-gone' };

export interface PeripheralHostOptions {
  /** `unix:/path` or `tcp:host:port` of an H4 controller. */
  readonly h4Address: string;
  readonly model: GattServerModel;
  /** Largest ATT MTU the peripheral agrees to, bytes; 23 is the least. Default 247, as common radio chips have it. */
  readonly mtuMax?: number;
  readonly clock: Clock;
  /**
   * Notifications that may wait for the radio. Default 2048 (10 s at 200 Hz): far more than a real device has, so that
   * a busy computer does not look like a lossy radio; losses are injected where they are wanted.
   */
  readonly queueLimit?: number;
  readonly onEvent?: (event: PeripheralEvent) => void;
}

export interface PeripheralHost {
  readonly counters: Readonly<PeripheralCounters>;
  /** Resolves once it advertises. Rejects when there is no controller at the address. */
  start(): Promise<void>;
  /** Ends the link politely and frees the controller. */
  stop(): Promise<void>;
}

export function createPeripheralHost(options: PeripheralHostOptions): PeripheralHost {
  const { model, clock } = options;
  const onEvent = options.onEvent ?? (() => {});
  const queueLimit = options.queueLimit ?? 2048;
  const counters: PeripheralCounters = { sent: 0, truncated: 0, dropped: 0 };
  const att = new AttServer(model, options.mtuMax ?? 247);
  let link: L2capLink | null = null;
  let aclBytes = 27;
  let aclCount = 1;

  const notify = (uuid: string, bytes: Uint8Array) => {
    const notification = link && att.notification(uuid, bytes);
    if (!link || !notification) return;
    if (link.queued >= queueLimit) {
      counters.dropped++;
      return;
    }
    if (notification.truncated) counters.truncated++;
    counters.sent++;
    link.send(ATT_CHANNEL, notification.pdu);
  };
  const loop = new ModelLoop(clock, (nowUs) => model.advance(nowUs, notify));

  const fromLink = (channel: number, data: Uint8Array) => {
    if (channel === SECURITY_CHANNEL) link?.send(SECURITY_CHANNEL, PAIRING_NOT_SUPPORTED);
    if (channel !== ATT_CHANNEL) return;
    const mtuBefore = att.mtu;
    const answer = att.handle(data, clock.nowUs());
    if (answer) link?.send(ATT_CHANNEL, answer);
    if (att.mtu !== mtuBefore) onEvent({ type: 'mtu', mtu: att.mtu });
    // A command may have started a stream: ask the model at once when it wants to run.
    loop.wake();
  };

  const ended = (reason: number) => {
    if (!link) return;
    link = null;
    att.reset();
    model.disconnected(clock.nowUs());
    onEvent({ type: 'disconnected', reason });
    loop.wake();
  };

  const onPacket = (packet: Uint8Array) => {
    if (packet[0] === 0x02) {
      if (link && (u16(packet, 1) & 0x0fff) === link.handle) link.receive(packet);
      return;
    }
    const complete = readConnectionComplete(packet);
    if (complete && complete.status === 0 && complete.role === 1) {
      att.reset();
      link = new L2capLink(complete.handle, aclBytes, aclCount, (out) => host.write(out), fromLink);
      model.connected(ATT_MTU_MIN, clock.nowUs());
      onEvent({ type: 'connected', peer: complete.peerAddress });
      loop.wake();
    } else if (packet[1] === HciEvent.disconnectionComplete && packet[3] === 0 && u16(packet, 4) === link?.handle) {
      ended(packet[6]!);
      advertise().catch(() => {});
    } else if (packet[1] === HciEvent.numberOfCompletedPackets) {
      for (let i = 0; i < packet[3]!; i++) {
        if (link && u16(packet, 4 + 4 * i) === link.handle) link.completed(u16(packet, 6 + 4 * i));
      }
    }
  };

  const advertise = () => host.command(HciCommand.leSetAdvertiseEnable, [1]);

  const prepare = async () => {
    await host.command(HciCommand.reset);
    await host.command(HciCommand.setEventMask, EVENT_MASK);
    await host.command(HciCommand.leSetEventMask, LE_EVENT_MASK);
    const buffers = await host.command(HciCommand.leReadBufferSize);
    aclBytes = Math.max(27, u16(buffers, 1));
    aclCount = Math.max(1, buffers[3] ?? 1);
    const address = addressText(await host.command(HciCommand.readBdAddr), 1);
    const interval = [ADVERTISING_INTERVAL & 0xff, ADVERTISING_INTERVAL >> 8];
    // Connectable, public address, all three channels, anyone may connect.
    await host.command(HciCommand.leSetAdvertisingParameters, [
      ...interval,
      ...interval,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      7,
      0,
    ]);
    await host.command(HciCommand.leSetAdvertisingData, padded(advertisingData(model.advertisedServices)));
    await host.command(HciCommand.leSetScanResponseData, padded(scanResponseData(model.name)));
    await advertise();
    onEvent({ type: 'advertising', address });
  };

  const host = new H4Host(options.h4Address, {
    onPacket,
    onUp: prepare,
    onDown: () => {
      ended(HciStatus.connectionTimeout);
      onEvent({ type: 'adapter-gone' });
    },
  });

  return {
    counters,
    async start() {
      await host.start();
      loop.start();
    },
    async stop() {
      loop.stop();
      if (link) {
        const parameters = [link.handle & 0xff, link.handle >> 8, HciStatus.remoteUserEnded];
        await host.command(HciCommand.disconnect, parameters).catch(() => {});
        ended(HciStatus.remoteUserEnded);
      }
      await host.stop();
    },
  };
}

/** Length byte and 31 bytes, as the two data commands want it. */
function padded(data: Uint8Array): Uint8Array {
  const parameters = new Uint8Array(32);
  parameters[0] = data.length;
  parameters.set(data, 1);
  return parameters;
}
