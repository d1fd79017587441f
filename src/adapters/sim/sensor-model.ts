/** What every simulated sensor is, whatever protocol it speaks. */
import type { GattServerModel } from '../../ports/gatt-server.ts';
import type { HeadbandFault } from './headband-faults.ts';
import type { MotionSource } from './motion-source.ts';

/** Counts since the model was made. */
export interface SensorStats {
  samples: number;
  packetsSent: number;
  /** Made, counted, and dropped on purpose. */
  packetsLost: number;
  samplesSent: number;
  samplesLost: number;
}

export interface SensorModelOptions {
  readonly source: MotionSource;
  readonly name?: string;
  readonly serial?: string;
  /** Seed of loss and jitter; the source has its own. */
  readonly seed?: number;
  /** Share of packets that are made and never sent, 0..1. */
  readonly lossShare?: number;
  /** Delivery is late by a random time up to this, ms; order is kept. */
  readonly jitterMs?: number;
  /** The device clock runs fast by this much, ppm. */
  readonly clockPpm?: number;
  readonly batteryPercent?: number;
  /** False leaves out the simulator's mark and the prompt: for tests of a real device's path only. */
  readonly simulated?: boolean;
  /** A deliberate defect of the headband (headband-faults.ts); other sensors have none. */
  readonly fault?: HeadbandFault | null;
  /** Told the source time, s, of every sample that is handed to the radio, in order: how a bench finds the truth. */
  readonly onSampleSent?: (timeS: number) => void;
}

export interface SensorModel extends GattServerModel {
  readonly serial: string;
  readonly source: MotionSource;
  readonly stats: SensorStats;
  readonly streaming: boolean;
  /** Source time of a host time, s: physical seconds since the first start of the stream; NaN before it. */
  sourceTimeS(hostUs: number): number;
  /** Host time at which the last request to show itself ends; NaN when none was made. */
  readonly identifyUntilUs: number;
}

export const emptyStats = (): SensorStats => ({
  samples: 0,
  packetsSent: 0,
  packetsLost: 0,
  samplesSent: 0,
  samplesLost: 0,
});
