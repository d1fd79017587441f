/** Scanning and connecting with noble: one connection attempt at a time, never while scanning, always with an end. */
import { KitError } from '../../contract/errors.ts';
import type { Advertisement, ConnectStep } from '../../ports/gatt.ts';
import { onAttemptEnded } from './noble-hci.ts';
import { NobleLink, normalUuid } from './noble-link.ts';
import type { Noble, NobleConnectOptions, NobleHciInternals, NoblePeripheral } from './noble-types.ts';
import type { ConnectResult } from './radio-messages.ts';

/**
 * What is asked of the link. Interval 7.5 .. 15 ms: longer ones starve a 200 Hz stream. Supervision timeout 1 s: noble's
 * own 0.42 s ends links over a head that turns away, and a rested radio link comes back faster than a new one is made.
 */
const CONNECT_OPTIONS: NobleConnectOptions = { minInterval: 6, maxInterval: 12, latency: 0, timeout: 100 };
/** A sensor that advertises answers a connection request within a few of its intervals; longer is in vain, ms. */
const ATTEMPT_MS = 4000;
/** An advertisement this old still says that the device is there, ms. */
const FRESH_MS = 1500;
/** At most this often is one device reported, ms. */
const REPORT_MS = 500;
/** A controller confirms a cancelled connect within milliseconds; one that does not will not connect again either. */
const CANCEL_MS = 1000;
/** Before scanning starts again after something else has stopped it, ms. */
const RESCAN_MS = 250;

export interface NobleRadioEvents {
  onFound(advertisement: Advertisement): void;
  onData(linkId: number, characteristic: string, bytes: Uint8Array, arrivalUs: number): void;
  onEnded(linkId: number, reason: string): void;
  /** The controller no longer takes connections: a fresh process is needed. */
  onWornOut(detail: string): void;
}

interface Sighting {
  readonly peripheral: NoblePeripheral;
  seenMs: number;
  reportedMs: number;
}

export class NobleRadio {
  readonly #noble: Noble;
  readonly #events: NobleRadioEvents;
  readonly #sightings = new Map<string, Sighting>();
  readonly #links = new Map<number, NobleLink>();
  #lastLinkId = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #wantScan = false;
  #seeking: { readonly deviceId: string; readonly found: (peripheral: NoblePeripheral) => void } | null = null;
  #connecting = false;
  #scanning = false;
  #rescan: NodeJS.Timeout | null = null;
  #wornOut = false;
  #intervalMs: number | null = null;

  /** noble must be powered on. */
  constructor(noble: Noble, events: NobleRadioEvents) {
    this.#noble = noble;
    this.#events = events;
    onAttemptEnded(noble as NobleHciInternals, (intervalMs) => {
      this.#intervalMs = intervalMs;
    });
    noble.on('discover', (peripheral: NoblePeripheral) => this.#sighted(peripheral));
    // Another program, or the adapter itself, may stop the scan.
    noble.on('scanStop', () => {
      this.#scanning = false;
      if (this.#rescan) return;
      this.#rescan = setTimeout(() => {
        this.#rescan = null;
        this.#updateScan();
      }, RESCAN_MS);
    });
  }

  setScan(on: boolean): void {
    this.#wantScan = on;
    this.#updateScan();
  }

  link(linkId: number): NobleLink {
    const link = this.#links.get(linkId);
    if (!link) throw new KitError('LINK_LOST');
    return link;
  }

  /** Rejects with SENSOR_NOT_FOUND, SENSOR_BUSY, LINK_TIMEOUT, LINK_LOST or ATT_ERROR. */
  connect(deviceId: string, deadlineMs: number, onStep: (step: ConnectStep) => void): Promise<ConnectResult> {
    const dueMs = performance.now() + deadlineMs;
    const attempt = this.#queue.then(() => this.#connectNow(deviceId, dueMs, onStep));
    this.#queue = attempt.catch(() => {});
    return attempt;
  }

  /** The adapter is gone: so are all links, though noble does not say so. */
  endAll(reason: string): void {
    for (const link of [...this.#links.values()]) link.end(reason);
  }

  async #connectNow(deviceId: string, dueMs: number, onStep: (step: ConnectStep) => void): Promise<ConnectResult> {
    const leftMs = () => dueMs - performance.now();
    for (const link of this.#links.values()) {
      if (link.peripheral.id === deviceId) throw new KitError('SENSOR_BUSY');
    }
    if (leftMs() <= 0) throw new KitError('LINK_TIMEOUT', 'another connection took all the time');
    for (;;) {
      onStep('scanning');
      const peripheral = await this.#seek(deviceId, leftMs());
      onStep('connecting');
      try {
        await this.#openLink(peripheral, Math.min(ATTEMPT_MS, leftMs()));
      } catch (error) {
        // A failed attempt is common on the air and says nothing about the next one; whether the sensor is still
        // there, its next advertisement tells.
        if (leftMs() < RESCAN_MS || this.#wornOut) throw error;
        this.#sightings.delete(deviceId);
        continue;
      }
      onStep('discovering');
      return this.#prepareLink(peripheral, leftMs());
    }
  }

  async #prepareLink(peripheral: NoblePeripheral, deadlineMs: number): Promise<ConnectResult> {
    const linkId = ++this.#lastLinkId;
    const intervalMs = this.#intervalMs;
    const link = new NobleLink(this.#noble, peripheral, {
      onData: (characteristic, bytes, arrivalUs) => this.#events.onData(linkId, characteristic, bytes, arrivalUs),
      onEnd: (reason) => {
        this.#links.delete(linkId);
        this.#events.onEnded(linkId, reason);
        this.#exitWhenWornOut();
      },
    });
    this.#links.set(linkId, link);
    try {
      await link.discover(Math.max(1, deadlineMs));
    } catch (error) {
      await link.disconnect();
      throw error;
    }
    const name = peripheral.advertisement.localName ?? '';
    return { linkId, name, mtu: link.mtu, intervalMs, characteristics: link.characteristics };
  }

  /** A device that was heard just now, scanning for it when need be. */
  #seek(deviceId: string, deadlineMs: number): Promise<NoblePeripheral> {
    const sighting = this.#sightings.get(deviceId);
    if (sighting && performance.now() - sighting.seenMs < FRESH_MS) return Promise.resolve(sighting.peripheral);
    return new Promise((resolve, reject) => {
      const finish = () => {
        clearTimeout(timer);
        this.#seeking = null;
        this.#updateScan();
      };
      const timer = setTimeout(() => {
        finish();
        reject(new KitError('SENSOR_NOT_FOUND', deviceId));
      }, deadlineMs);
      this.#seeking = {
        deviceId,
        found: (peripheral) => {
          finish();
          resolve(peripheral);
        },
      };
      this.#updateScan();
    });
  }

  async #openLink(peripheral: NoblePeripheral, deadlineMs: number): Promise<void> {
    if (this.#wornOut) throw new KitError('LINK_TIMEOUT', 'the adapter is being reset');
    this.#connecting = true;
    this.#updateScan();
    // Left 'connected' when an adapter went; noble would refuse to connect.
    peripheral.state = 'disconnected';
    try {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(
          () => {
            peripheral.removeAllListeners('connect');
            this.#cancelConnect(peripheral).then(() => reject(new KitError('LINK_TIMEOUT', 'connecting')), reject);
          },
          Math.max(1, deadlineMs),
        );
        peripheral.connect(CONNECT_OPTIONS, (error) => {
          clearTimeout(timer);
          if (error) reject(new KitError('LINK_LOST', String((error as Error).message ?? error)));
          else resolve();
        });
      });
    } finally {
      this.#connecting = false;
      this.#updateScan();
    }
  }

  async #cancelConnect(peripheral: NoblePeripheral): Promise<void> {
    peripheral.cancelConnect();
    const confirmed = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => over(false), CANCEL_MS);
      const over = (told: boolean) => {
        clearTimeout(timer);
        forget();
        peripheral.removeListener('connect', late);
        resolve(told);
      };
      const late = (error: unknown) => {
        // It connected at the very last moment: nobody waits for it any more.
        if (!error) peripheral.disconnect();
        over(true);
      };
      const forget = onAttemptEnded(this.#noble as NobleHciInternals, () => over(true));
      peripheral.once('connect', late);
    });
    if (confirmed) return;
    this.#wornOut = true;
    this.#exitWhenWornOut();
  }

  /** Links that still stream are not sacrificed for a new one. */
  #exitWhenWornOut(): void {
    if (this.#wornOut && this.#links.size === 0)
      this.#events.onWornOut('the adapter does not finish a connection attempt');
  }

  #sighted(peripheral: NoblePeripheral): void {
    const nowMs = performance.now();
    const sighting = this.#sightings.get(peripheral.id) ?? {
      peripheral,
      seenMs: 0,
      reportedMs: Number.NEGATIVE_INFINITY,
    };
    sighting.seenMs = nowMs;
    this.#sightings.set(peripheral.id, sighting);
    if (this.#seeking?.deviceId === peripheral.id) this.#seeking.found(peripheral);
    if (!this.#wantScan || nowMs - sighting.reportedMs < REPORT_MS) return;
    sighting.reportedMs = nowMs;
    this.#events.onFound({
      deviceId: peripheral.id,
      name: peripheral.advertisement.localName ?? '',
      serviceUuids: (peripheral.advertisement.serviceUuids ?? []).map(normalUuid),
      rssiDbm: peripheral.rssi === 127 ? null : peripheral.rssi,
    });
  }

  #updateScan(): void {
    const wanted = (this.#wantScan || this.#seeking !== null) && !this.#connecting;
    if (wanted === this.#scanning) return;
    this.#scanning = wanted;
    if (wanted) this.#noble.startScanning([], true, () => {});
    else this.#noble.stopScanning();
  }
}
