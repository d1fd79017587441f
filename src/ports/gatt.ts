/** The small piece of Bluetooth Low Energy that the kit needs. Implemented by the radio process, by the simulator, by Web Bluetooth. */
import type { HostTimeUs } from './time.ts';

/** Lower case, no dashes for 128-bit (32 hex digits), 4 hex digits for SIG-assigned ones. */
export type Uuid = string;

export interface Advertisement {
  /** Stable for one source while the gateway runs. */
  readonly deviceId: string;
  readonly name: string;
  readonly serviceUuids: readonly Uuid[];
  readonly rssiDbm: number | null;
}

/** How far making a link has come: heard or not yet, link asked for, services being read. */
export type ConnectStep = 'scanning' | 'connecting' | 'discovering';

export interface GattLink {
  readonly deviceId: string;
  readonly name: string;
  /** Negotiated ATT MTU; a notification carries at most mtu - 3 bytes. */
  readonly mtu: number;
  /** Connection interval, ms; null or absent where it is not known. */
  readonly intervalMs?: number | null;
  /** Characteristics found, by UUID. */
  readonly characteristics: ReadonlySet<Uuid>;
  /** Rejects with a KitError on ATT error, timeout (deadlineMs, default 3000) or a lost link; never hangs. */
  read(characteristic: Uuid, deadlineMs?: number): Promise<Uint8Array>;
  /** With response unless told otherwise. Rejects like read. */
  write(
    characteristic: Uuid,
    bytes: Uint8Array,
    options?: { withoutResponse?: boolean; deadlineMs?: number },
  ): Promise<void>;
  /** `arrivalUs` is stamped where the bytes arrived, before any other work. `bytes` is owned by the receiver. */
  subscribe(characteristic: Uuid, onNotification: (bytes: Uint8Array, arrivalUs: HostTimeUs) => void): Promise<void>;
  /**
   * Switches the notifications off at the device. When it resolves, what the device had sent before has arrived, and
   * nothing more of this characteristic will. Rejects like read.
   */
  unsubscribe(characteristic: Uuid): Promise<void>;
  rssiDbm(): Promise<number | null>;
  disconnect(): Promise<void>;
  /** Called once, with a plain reason, when the link ends for whatever cause. */
  onEnd(listener: (reason: string) => void): void;
}

export type RadioStatus =
  | { readonly status: 'starting' | 'ready' | 'restarting' }
  | { readonly status: 'unavailable'; readonly code: string; readonly message: string; readonly remedy: string };

export interface GattCentral {
  /** 'radio' or 'simulator'. */
  readonly sourceId: string;
  status(): RadioStatus;
  onStatus(listener: (status: RadioStatus) => void): void;
  start(): Promise<void>;
  /** Scans until the returned function is called; repeated advertisements of one device are reported at most twice a second. */
  scan(onFound: (advertisement: Advertisement) => void): Promise<() => Promise<void>>;
  /** One attempt at a time; rejects with a KitError after deadlineMs. The link's services are discovered when it resolves. */
  connect(deviceId: string, deadlineMs?: number, onStep?: (step: ConnectStep) => void): Promise<GattLink>;
  stop(): Promise<void>;
}
