/** What the gateway knows of a sensor's fitness: its proof on this connection, and the check before use. */
import { KitError } from '../contract/errors.ts';
import type { SensorState } from '../contract/state.ts';
import type { SampleBlock } from '../core/sample.ts';
import type { DecodeStatus } from '../devices/driver.ts';
import { createSelfProof, type SelfProof } from '../devices/self-proof.ts';
import { createSensorCheck, type SensorCheck, type SensorCheckRecord } from '../devices/sensor-check.ts';
import type { RawNotification, StreamDescription } from '../ports/sensor-source.ts';

/** Verdicts are looked at so often, us of the host. */
const LOOK_EVERY_US = 1_000_000;

export interface SensorTrust {
  /** A new connection: nothing is known of it yet. */
  begin(description: StreamDescription, live: boolean): void;
  push(status: DecodeStatus, notification: RawNotification, block: SampleBlock, battery: number | null): void;
  /** One that runs goes on: it is what was asked for. Throws NO_SENSOR without a stream. */
  startCheck(nowUs: number): void;
  /** For samples that no longer come; called now and then. */
  tick(nowUs: number, battery: number | null): void;
  /** Throws SENSOR_NOT_PROVEN with the fault. */
  requireProven(): void;
  readonly checkRunning: boolean;
  /** The last one on this connection. */
  readonly check: SensorCheckRecord | null;
  proofState(): SensorState['proof'];
  checkState(): SensorState['check'];
}

export function createSensorTrust(listener: {
  /** Verdicts changed; as a record. */
  proofChanged(checks: SensorState['proof']['checks']): void;
  checked(record: SensorCheckRecord): void;
}): SensorTrust {
  let proof: SelfProof | null = null;
  let running: SensorCheck | null = null;
  let record: SensorCheckRecord | null = null;
  let nominalRateHz = 0;
  let lookedUs = Number.NaN;
  let told = '';

  function look(): void {
    const checks = proof?.results() ?? [];
    const verdicts = checks.map(({ verdict, fault }) => fault ?? verdict).join();
    if (verdicts === told) return;
    told = verdicts;
    listener.proofChanged(checks);
  }
  function tick(nowUs: number, battery: number | null): void {
    const finished = running?.finish(nowUs, battery);
    if (!finished) return;
    running = null;
    record = finished;
    listener.checked(finished);
  }

  return {
    begin(description, live) {
      proof = createSelfProof(description, { live });
      nominalRateHz = description.nominalRateHz;
      running = null;
      record = null;
      lookedUs = Number.NaN;
      told = '';
    },
    push(status, notification, block, battery) {
      const { arrivalUs, bytes } = notification;
      proof?.push(status, bytes.length, block, arrivalUs);
      if (status === 'ok') running?.push(block, arrivalUs);
      tick(arrivalUs, battery);
      if (!(arrivalUs - lookedUs < LOOK_EVERY_US)) {
        lookedUs = arrivalUs;
        look();
      }
    },
    startCheck(nowUs) {
      if (!proof) throw new KitError('NO_SENSOR');
      if (running) return;
      record = null;
      running = createSensorCheck(nominalRateHz, nowUs);
    },
    tick,
    requireProven() {
      const failure = proof?.failure();
      if (failure) throw new KitError('SENSOR_NOT_PROVEN', failure.message);
    },
    get checkRunning() {
      return running !== null;
    },
    get check() {
      return record;
    },
    proofState() {
      const checks = proof?.results() ?? [];
      const failed = checks.find(({ verdict }) => verdict === 'failed') ?? null;
      return { failed: failed?.message ?? null, checks };
    },
    checkState() {
      if (running) return { phase: 'running', progress: running.progress, record: null };
      return record ? { phase: 'done', progress: 1, record } : null;
    },
  };
}
