/**
 * One sensor's way from a raw notification to live samples. Bytes go to the recorder before anything is computed from
 * them. A connection has a decoder and a pipeline of its own (a device may have restarted in between); over
 * connections, time goes on, the gap is flagged, and the alignment stays: the band was not taken off by a lost link.
 */
import type { LiveSample, Pipeline, PipelineConfig } from '../core/pipeline.ts';
import { createSampleBlock, type SampleBlock, SampleFlag } from '../core/sample.ts';
import { reviveState, saveState } from '../core/state.ts';
import { attitudeSourceOf } from '../devices/attitude-source.ts';
import type { Decoder, DecodeStatus } from '../devices/driver.ts';
import type { RawNotification, StreamDescription } from '../ports/sensor-source.ts';
import { type Alignment, headingCarriedOver } from './alignment.ts';
import type { StreamRecorder } from './recorder.ts';
import { startBiasOf } from './start-bias.ts';

/**
 * A reconnect counts as missing time of at least this, s: longer than any gap over which a protocol compares poses (1 s),
 * because attitude starts anew with the connection however short the silence was.
 */
const RECONNECT_GAP_S = 1.5;

export interface IngestDeps {
  readonly createPipeline: (config: PipelineConfig) => Pipeline;
  /** From the description alone. Throws a KitError SENSOR_UNSUPPORTED when no driver knows the stream. */
  readonly createDecoder: (description: StreamDescription) => Decoder;
  /** Every notification as decoded, before the filter; the block is reused. */
  readonly onDecoded?: (status: DecodeStatus, notification: RawNotification, block: SampleBlock) => void;
  /** Every accepted sample; the object is reused. */
  readonly onSample: (sample: LiveSample, ingest: Ingest) => void;
}

/** What it takes to continue a stream from the middle, or after a reconnect, bit for bit. JSON-serialisable. */
export interface IngestState {
  readonly decoder: unknown;
  readonly pipeline: unknown;
  /** Saved with core/state. */
  readonly carry: unknown;
}

interface Carry {
  alignment: Alignment | null;
  headingBridged: boolean;
  timeOffsetS: number;
  lastTimeS: number;
  lastArrivalUs: number;
  /** Set by a new connection, used up by its first sample. */
  resuming: boolean;
  /** Sensor pose of the last sample. */
  readonly lastPose: Float64Array;
}

export interface Ingest {
  readonly description: StreamDescription | null;
  readonly pipeline: Pipeline | null;
  readonly alignment: Alignment | null;
  /** Notifications that held no motion that could be decoded, since the connection began. */
  readonly undecodable: number;
  /** True until the neutral heading is captured again after a connection was lost. */
  readonly headingBridged: boolean;
  /** A new connection. */
  begin(description: StreamDescription): void;
  /** The record that notifications go to from now on; null: not recorded. */
  record(to: StreamRecorder | null): void;
  push(notification: RawNotification): void;
  setAlignment(alignment: Alignment | null): void;
  /** Takes the present pose as neutral; false when there is none yet. */
  captureNeutral(): boolean;
  save(): IngestState | null;
  /** Continues a saved stream; call after begin with the same description. */
  restore(state: IngestState): void;
}

export function createIngest(deps: IngestDeps): Ingest {
  const block = createSampleBlock();
  let description: StreamDescription | null = null;
  let decoder: Decoder | null = null;
  let pipeline: Pipeline | null = null;
  let recorder: StreamRecorder | null = null;
  let undecodable = 0;
  let carry: Carry = {
    alignment: null,
    headingBridged: false,
    timeOffsetS: 0,
    lastTimeS: Number.NaN,
    lastArrivalUs: Number.NaN,
    resuming: false,
    lastPose: new Float64Array(4),
  };

  const onSample = (sample: LiveSample): void => {
    if (carry.resuming) resume(sample);
    sample.timeS += carry.timeOffsetS;
    carry.lastTimeS = sample.timeS;
    carry.lastArrivalUs = sample.arrivalUs;
    carry.lastPose.set(sample.worldFromSensor);
    deps.onSample(sample, ingest);
  };

  /** First sample after a reconnect: its time follows the last one's by what passed at the host. */
  function resume(sample: LiveSample): void {
    carry.resuming = false;
    const gapS = Math.max(0.001, (sample.arrivalUs - carry.lastArrivalUs) * 1e-6);
    carry.timeOffsetS = carry.lastTimeS + gapS - sample.timeS;
    if (carry.alignment && pipeline) {
      // Heading has no meaning across connections; the pose before the gap is the best guess until neutral is taken anew.
      carry.alignment = headingCarriedOver(carry.alignment, carry.lastPose, sample.worldFromSensor);
      carry.headingBridged = true;
      pipeline.setAlignment(carry.alignment);
    }
    sample.flags |= SampleFlag.gap;
    sample.gapS = Math.max(gapS, RECONNECT_GAP_S);
  }

  const ingest: Ingest = {
    get description() {
      return description;
    },
    get pipeline() {
      return pipeline;
    },
    get alignment() {
      return carry.alignment;
    },
    get undecodable() {
      return undecodable;
    },
    get headingBridged() {
      return carry.headingBridged;
    },
    begin(next) {
      decoder = deps.createDecoder(next);
      description = next;
      pipeline = deps.createPipeline({
        nominalRateHz: next.nominalRateHz,
        useDeviceQuaternion: attitudeSourceOf(next) === 'quaternion',
        startBias: startBiasOf(next),
      });
      undecodable = 0;
      carry.resuming = !Number.isNaN(carry.lastTimeS);
    },
    record(to) {
      recorder = to;
    },
    push(notification) {
      recorder?.append(notification);
      if (!decoder || !pipeline) return;
      const status = decoder.decode(notification.characteristic, notification.bytes, block);
      deps.onDecoded?.(status, notification, block);
      if (status !== 'ok') {
        if (status !== 'not-motion' && status !== 'incomplete') undecodable++;
        return;
      }
      pipeline.push(block, notification.arrivalUs, onSample);
    },
    setAlignment(next) {
      carry.alignment = next;
      carry.headingBridged = false;
      pipeline?.setAlignment(next);
    },
    captureNeutral() {
      if (!pipeline || !carry.alignment || pipeline.latest.index < 0) return false;
      pipeline.captureNeutral();
      carry.alignment = {
        ...carry.alignment,
        worldFromNeutral: Float64Array.from(pipeline.latest.worldFromHead) as Alignment['worldFromNeutral'],
      };
      carry.headingBridged = false;
      return true;
    },
    save() {
      if (!decoder || !pipeline) return null;
      return { decoder: decoder.save(), pipeline: pipeline.save(), carry: saveState(carry) };
    },
    restore(state) {
      if (!decoder || !pipeline) return;
      decoder.restore(state.decoder);
      pipeline.restore(state.pipeline);
      carry = reviveState(state.carry) as Carry;
    },
  };
  return ingest;
}
