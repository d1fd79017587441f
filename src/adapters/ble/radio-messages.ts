/** What the gateway and its radio process say to each other. Structured clone over IPC ("advanced" serialisation). */
import type { ErrorCode } from '../../contract/errors.ts';
import type { Advertisement, ConnectStep, Uuid } from '../../ports/gatt.ts';
import type { BleStack, StackChoice } from './ble-stack.ts';

/** One operation; every one has a deadline and exactly one result. */
export type RadioCall =
  | { readonly op: 'connect'; readonly deviceId: string }
  | { readonly op: 'read'; readonly linkId: number; readonly characteristic: Uuid }
  | {
      readonly op: 'write';
      readonly linkId: number;
      readonly characteristic: Uuid;
      readonly bytes: Uint8Array;
      readonly withoutResponse: boolean;
    }
  | { readonly op: 'subscribe' | 'unsubscribe'; readonly linkId: number; readonly characteristic: Uuid }
  | { readonly op: 'rssi'; readonly linkId: number }
  | { readonly op: 'disconnect'; readonly linkId: number };

export interface ConnectResult {
  /** Number of this link in this process; never reused. */
  readonly linkId: number;
  readonly name: string;
  readonly mtu: number;
  /** Connection interval, ms; null where the stack does not say. */
  readonly intervalMs: number | null;
  readonly characteristics: readonly Uuid[];
}

export type RadioRequest =
  | {
      readonly type: 'open';
      readonly stack: StackChoice;
      /** H4 controller to use in place of the computer's adapter. */
      readonly h4Address: string | null;
      /** Where Linux lists its adapters. */
      readonly adapterFolder: string;
    }
  | { readonly type: 'scan'; readonly on: boolean }
  | { readonly type: 'call'; readonly id: number; readonly deadlineMs: number; readonly call: RadioCall }
  | { readonly type: 'ping' }
  | { readonly type: 'close' };

export type RadioReport =
  | { readonly type: 'ready'; readonly stack: BleStack }
  | {
      readonly type: 'unavailable';
      readonly code: ErrorCode;
      readonly detail: string;
      /** False: there was none, so the next one that appears is worth a try at once. */
      readonly adapterSeen: boolean;
    }
  /** The adapter went away under a running process: only a fresh one starts clean. */
  | { readonly type: 'worn-out'; readonly detail: string }
  | { readonly type: 'found'; readonly advertisement: Advertisement }
  /** How far the 'connect' call of that id has come. */
  | { readonly type: 'step'; readonly id: number; readonly step: ConnectStep }
  | { readonly type: 'result'; readonly id: number; readonly ok: true; readonly value: unknown }
  | {
      readonly type: 'result';
      readonly id: number;
      readonly ok: false;
      readonly code: ErrorCode;
      readonly detail: string;
    }
  | {
      readonly type: 'data';
      readonly linkId: number;
      readonly characteristic: Uuid;
      readonly bytes: Uint8Array;
      /** Host monotonic time, us: stamped before anything else was done with the bytes. */
      readonly arrivalUs: number;
    }
  | { readonly type: 'ended'; readonly linkId: number; readonly reason: string }
  | { readonly type: 'pong' }
  | { readonly type: 'log'; readonly text: string };

export type RadioResult = Extract<RadioReport, { type: 'result' }>;
