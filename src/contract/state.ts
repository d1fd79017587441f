/**
 * The state message: everything a dashboard shows apart from live frames. Sent whole on every change (it is small),
 * over the WebSocket, as JSON. Degrees here: this is the edge.
 */
import { z } from 'zod';
import { trialStateSchema } from './trial.ts';
import { tumbleStateSchema } from './tumble.ts';
import { visitStateSchema } from './visit.ts';

export const sideSchema = z.enum(['left', 'right']);

export const radioSchema = z.object({
  status: z.enum(['starting', 'ready', 'restarting', 'unavailable']),
  code: z.string().nullable(),
  message: z.string().nullable(),
  remedy: z.string().nullable(),
});

export const foundSensorSchema = z.object({
  /** Unique over all sources: "<sourceId>:<sensorId>". */
  id: z.string(),
  sourceId: z.enum(['radio', 'simulator', 'replay']),
  name: z.string(),
  driverId: z.string().nullable(),
  simulated: z.boolean(),
  rssiDbm: z.number().nullable(),
});

/** One law that the sensor's data must keep, and whether they do (docs/self-proof.md). */
export const proofCheckSchema = z.object({
  check: z.enum(['payload', 'norm', 'force', 'gravity', 'turning', 'transport', 'clock', 'loss', 'rate']),
  verdict: z.enum(['passed', 'waiting', 'failed', 'absent']),
  fault: z.string().nullable(),
  message: z.string().nullable(),
});

/** What three seconds on the table have shown; SI units. */
export const sensorCheckRecordSchema = z.object({
  passed: z.boolean(),
  failures: z
    .array(
      z.enum(['no-samples', 'rate', 'loss', 'moved', 'gyro-bias', 'force', 'gyro-noise', 'acc-noise', 'battery-low']),
    )
    .readonly(),
  durationS: z.number(),
  samples: z.number().int(),
  rateHz: z.number(),
  lossShare: z.number().nullable(),
  gyroBiasRadps: z.array(z.number()).readonly().nullable(),
  gyroBiasSigmaRadps: z.number().nullable(),
  gyroNoiseRadps: z.number().nullable(),
  forceMps2: z.number().nullable(),
  accNoiseMps2: z.number().nullable(),
  battery: z.number().nullable(),
});

export const attitudeSourceSchema = z.enum(['inertial', 'quaternion']);

export const sensorSchema = z.object({
  index: z.number().int(),
  role: z.enum(['head', 'trunk', 'other']),
  id: z.string(),
  sourceId: z.enum(['radio', 'simulator', 'replay']),
  name: z.string(),
  serial: z.string(),
  model: z.string(),
  firmware: z.string(),
  simulated: z.boolean(),
  /** See docs/bluetooth.md. stale: connected but no samples; reconnecting: in the pause before the next attempt. */
  phase: z.enum([
    'idle',
    'scanning',
    'connecting',
    'discovering',
    'starting',
    'streaming',
    'stale',
    'reconnecting',
    'failed',
  ]),
  message: z.string().nullable(),
  /** 0..1 */
  battery: z.number().nullable(),
  rssiDbm: z.number().nullable(),
  nominalRateHz: z.number(),
  rateHz: z.number(),
  received: z.number().int(),
  lost: z.number().int(),
  /** Share of samples lost since the stream began, 0..1. */
  lossShare: z.number(),
  /** Where its attitude comes from, and what is usual for it; null before it has streamed. */
  attitude: z
    .object({
      from: attitudeSourceSchema,
      usual: attitudeSourceSchema,
      /** It sends both: both are recorded, and the other one may be chosen. */
      selectable: z.boolean(),
    })
    .nullable(),
  /** `failed`: a plain sentence when no test may be started with this sensor. */
  proof: z.object({ failed: z.string().nullable(), checks: z.array(proofCheckSchema).readonly() }),
  /** The check before use; null when none was made on this connection. */
  check: z
    .object({
      phase: z.enum(['running', 'done']),
      progress: z.number(),
      record: sensorCheckRecordSchema.readonly().nullable(),
    })
    .nullable(),
});

export const alignmentSchema = z.object({
  phase: z.enum(['none', 'still', 'nod', 'turn-left', 'accepted', 'rejected']),
  /** Progress within the phase, 0..1. */
  progress: z.number(),
  /** Message key of what to do now or why it was rejected. */
  code: z.string().nullable(),
  /** Angle between the nod's axis and the plane it should lie in, deg. */
  nodResidualDeg: z.number().nullable(),
  turnResidualDeg: z.number().nullable(),
  /** Who moves the head, or moved it. */
  ledBy: z.enum(['patient', 'examiner']).optional(),
  /** Standard uncertainty of the head's axes in force, deg; null: none. */
  sigmaDeg: z.number().nullable().optional(),
});

/** A second sensor, on the trunk; its alignment is a bow and a turn of the trunk, seated. */
export const trunkStateSchema = alignmentSchema.pick({ phase: true, progress: true, code: true }).extend({
  /** Standard uncertainty of its axes, deg; null: not aligned, so that no test uses it. */
  sigmaDeg: z.number().nullable(),
});

/** Where a sensor on the trunk belonged to the repetition. */
export const trunkFiguresSchema = z.object({
  /** The angle is that of the head against the trunk; false: the head alone. */
  corrected: z.boolean(),
  /** What the head's sensor alone says, deg. */
  headAloneDeg: z.number().nullable(),
  /** How far the trunk had turned at end range, deg. */
  trunkTurnDeg: z.number().nullable(),
  /** Neck flexion at the flexed start, deg: with one sensor only the head's inclination is known. */
  startFlexionDeg: z.number().nullable(),
});

export const frtRepetitionSchema = z.object({
  number: z.number().int(),
  side: sideSchema,
  practice: z.boolean(),
  status: z.enum(['counted', 'practice', 'rejected']),
  /** Why it was rejected, in one word (message key); null when it counts. */
  reason: z.string().nullable(),
  warnings: z.array(z.string()),
  /** Magnitude of the twist at end range, deg, median over the hold; null when none was reached. */
  angleDeg: z.number().nullable(),
  /** Standard uncertainty of that angle, deg. */
  sigmaDeg: z.number().nullable(),
  /** What that is made of, by cause, deg; only of a repetition that was measured anew. */
  sigmaTermsDeg: z.record(z.string(), z.number()).optional(),
  /** Gravity-only estimate of the same twist, deg; null where the long axis is too near the vertical. */
  gravityAngleDeg: z.number().nullable(),
  closureDeg: z.number().nullable(),
  peakSpeedDegps: z.number().nullable(),
  startInclinationDeg: z.number().nullable(),
  holdS: z.number().nullable(),
  endReason: z.string().nullable(),
  startedAtMs: z.number(),
  /** Absent with one sensor. */
  trunk: trunkFiguresSchema.optional(),
});

export const frtSideResultSchema = z.object({
  count: z.number().int(),
  meanDeg: z.number().nullable(),
  bestDeg: z.number().nullable(),
  spreadDeg: z.number().nullable(),
  /** Standard uncertainty of the mean, deg. */
  sigmaDeg: z.number().nullable(),
});

export const frtSchema = z.object({
  trialId: z.string(),
  /** Degrees are left out until the examiner's call. */
  withheld: z.boolean(),
  phase: z.enum([
    'idle',
    'await-flexed',
    'neutral',
    'rotating',
    'hold',
    'captured',
    'returning',
    'finished',
    'stopped',
  ]),
  /** The side asked for next, or being done. */
  side: sideSchema,
  repetitionsPerSide: z.number().int(),
  /** Message key of the prompt for the examiner. */
  prompt: z.string(),
  autoConfirm: z.boolean(),
  /** Gyro against gravity since the flexed start; blind: gravity cannot tell here. Null or left out: no start. */
  gravity: z.enum(['agrees', 'differs', 'blind']).nullable().optional(),
  /** Whose inclination is kept: with one sensor it is the head's. Left out: the head's. */
  inclinationOf: z.enum(['head', 'neck']).optional(),
  repetitions: z.array(frtRepetitionSchema),
  result: z
    .object({
      left: frtSideResultSchema,
      right: frtSideResultSchema,
      /** left minus right, deg. */
      differenceDeg: z.number().nullable(),
      reference: z.object({ id: z.string(), valueDeg: z.number(), label: z.string(), source: z.string() }),
      /** Only with a sensor on the trunk: its turn is taken out of every repetition that counts. */
      trunkCorrected: z.boolean().optional(),
    })
    .nullable(),
});

export const recordingSchema = z.object({
  sessionId: z.string(),
  subjectCode: z.string(),
  trialId: z.string().nullable(),
  startedAtMs: z.number(),
  /** Seconds of raw data acknowledged by the store in this session. */
  acknowledgedS: z.number(),
  /** Null when all is well, else an error code of the catalogue. */
  problem: z.string().nullable(),
});

export const kitStateSchema = z.object({
  type: z.literal('state'),
  /** Changes at every start of the gateway: a page resets what it remembers. */
  serverId: z.string(),
  version: z.string(),
  radio: radioSchema,
  scanning: z.boolean(),
  found: z.array(foundSensorSchema),
  sensors: z.array(sensorSchema),
  alignment: alignmentSchema,
  /** Null or left out: no sensor on the trunk. */
  trunk: trunkStateSchema.nullable().optional(),
  /** The guided calibration of a gyro; null when none runs and none was just done. */
  tumble: tumbleStateSchema.nullable(),
  frt: frtSchema.nullable(),
  /** Any other test. At most one of the two runs. */
  trial: trialStateSchema.nullable(),
  recording: recordingSchema.nullable(),
  /** The open visit; null without one. */
  visit: visitStateSchema.nullable(),
  /** Last notice to show, or null. */
  notice: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
});

export type Side = z.infer<typeof sideSchema>;
export type FoundSensorState = z.infer<typeof foundSensorSchema>;
export type SensorState = z.infer<typeof sensorSchema>;
export type TrunkState = z.infer<typeof trunkStateSchema>;
export type AlignmentState = z.infer<typeof alignmentSchema>;
export type FrtRepetition = z.infer<typeof frtRepetitionSchema>;
export type FrtState = z.infer<typeof frtSchema>;
export type KitState = z.infer<typeof kitStateSchema>;
