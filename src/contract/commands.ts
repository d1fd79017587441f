/** Commands of a dashboard to the gateway: JSON over the WebSocket, each answered by a reply with the same id. */
import { z } from 'zod';
import { endingSignSchema, examinerCallSchema, familiarHeadacheSchema, overrideReasonSchema } from './visit.ts';

/**
 * Pseudonymous: capital letters, digits and dashes, with at least one letter and one digit. A name has no digit and a
 * date of birth no letter, so that neither gets in by habit.
 */
export const subjectCodeSchema = z
  .string()
  .regex(
    /^(?=.*[A-Z])(?=.*[0-9])[A-Z0-9][A-Z0-9-]{1,31}$/,
    'two to 32 capital letters, digits or dashes, with at least one letter and one digit; a code, not a name',
  );

/** Who wears it where. 'other': shown, counted and recorded, and used by no test. */
export const sensorRoleSchema = z.enum(['head', 'trunk', 'other']);

/**
 * Where the attitude of a sensor that sends both comes from: the kit's filter over its raw data (inertial), or its own
 * quaternion. usual: whichever measured better for that device. Both are recorded.
 */
export const attitudeWishSchema = z.enum(['usual', 'inertial', 'quaternion']);

const sourceOfEvent = z.enum(['key', 'button', 'pedal', 'auto', 'tap']).default('button');
const testEvent = z.enum(['confirm', 'redo', 'stop', 'pain', 'headache', 'dizziness', 'neurological']);
const trialId = z.string().max(64);
/** The tests that may be done alone. */
const HOME_TESTS = ['crom-home', 'home-flexion-rotation'] as const;

export const commandSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('scan'), on: z.boolean() }),
  z.object({
    type: z.literal('connect'),
    id: z.string(),
    role: sensorRoleSchema.default('head'),
    /** Left out: what the gateway was started with. */
    attitudeFrom: attitudeWishSchema.optional(),
  }),
  /** Where a connected sensor sends both; the alignment has to be made anew after it. */
  z.object({ type: z.literal('attitude'), index: z.number().int().min(0).default(0), from: attitudeWishSchema }),
  z.object({ type: z.literal('disconnect'), index: z.number().int().min(0) }),
  z.object({ type: z.literal('identify'), index: z.number().int().min(0) }),
  /** Three seconds on the table before use; what it finds is in the sensor's state. */
  z.object({ type: z.literal('sensor-check'), index: z.number().int().min(0).default(0) }),
  /** Opens a visit. `blinded` left out: as the clinic has set it. */
  z.object({
    type: z.literal('session-start'),
    subjectCode: subjectCodeSchema,
    blinded: z.boolean().optional(),
  }),
  z.object({ type: z.literal('session-end') }),
  /** Goes on with a visit that was left, today's only. */
  z.object({ type: z.literal('visit-continue'), sessionId: z.string().max(64) }),
  /** Answers of the safety screen, as many as there are: true means yes. */
  z.object({ type: z.literal('visit-screen'), answers: z.record(z.string().max(64), z.boolean()) }),
  z.object({ type: z.literal('visit-accept'), key: z.string().max(64) }),
  /** The clinician's word in place of a clear screen. */
  z.object({ type: z.literal('visit-override'), reason: overrideReasonSchema }),
  /** What is asked before the tests; what is left out stays as it was. */
  z.object({
    type: z.literal('visit-context'),
    headacheNow: z.number().int().min(0).max(10).optional(),
    analgesic6h: z.boolean().optional(),
    couchAngleDeg: z.number().min(-90).max(90).nullable().optional(),
    examiner: z
      .string()
      .regex(/^[A-Z0-9-]{1,12}$/, 'a short code of capital letters, digits or dashes; not a name')
      .nullable()
      .optional(),
    blinded: z.boolean().optional(),
    treated: z.literal(true).optional(),
  }),
  z.object({
    type: z.literal('visit-call'),
    trialId,
    direction: z.string().max(32),
    call: examinerCallSchema,
    source: sourceOfEvent,
  }),
  /** Shows the degrees although a call is missing; the record says so. */
  z.object({ type: z.literal('visit-reveal'), trialId }),
  z.object({ type: z.literal('visit-familiar'), trialId, familiar: familiarHeadacheSchema }),
  /** One still second, supine: has the band moved since the alignment? What it finds is in the visit. */
  z.object({ type: z.literal('visit-band') }),
  /** A sign that ends the tests of this visit. */
  z.object({ type: z.literal('visit-sign'), sign: endingSignSchema, source: sourceOfEvent }),
  /** What holds in this clinic: degrees hidden until the examiner's call, or not. */
  z.object({ type: z.literal('visit-settings'), blinded: z.boolean() }),
  /** At home: the patient's own answers open a visit, or are kept and end it. True means yes; null was not asked. */
  z.object({
    type: z.literal('home-start'),
    answers: z.record(z.string().max(64), z.boolean()),
    headacheNow: z.number().int().min(0).max(10).nullable(),
    analgesic6h: z.boolean().nullable(),
  }),
  /** Goes on with the visit at home that was cut off. */
  z.object({ type: z.literal('home-continue') }),
  /** A test alone, without what the open visit has counted already. */
  z.object({ type: z.literal('home-trial'), protocol: z.enum(HOME_TESTS).default('crom-home') }),
  /** Of the band on the head, or of a second sensor on the trunk. */
  z.object({
    type: z.literal('align-start'),
    of: z.enum(['head', 'trunk']).optional(),
    /** Who moves the head: where turning hurts, the examiner's hands, and a smaller movement is enough. */
    ledBy: z.enum(['patient', 'examiner']).optional(),
  }),
  z.object({ type: z.literal('align-cancel') }),
  /** The guided one-minute tumble of a sensor that was taken off: its gyro's scale, kept for that unit. */
  z.object({ type: z.literal('tumble-start'), index: z.number().int().min(0).default(0) }),
  /** Breaks it off, or puts its outcome away. */
  z.object({ type: z.literal('tumble-cancel') }),
  z.object({ type: z.literal('neutral') }),
  z.object({
    type: z.literal('frt-start'),
    repetitionsPerSide: z.number().int().min(1).max(3).default(3),
    practice: z.boolean().default(true),
    autoConfirm: z.boolean().default(true),
    /** random: the kit draws it; the record says so. */
    firstSide: z.enum(['left', 'right', 'random']).default('left'),
    /** Two taps on the band confirm, except while the head turns or is held. */
    bandTap: z.boolean().optional(),
  }),
  z.object({
    type: z.literal('frt-event'),
    event: testEvent,
    source: sourceOfEvent,
  }),
  z.object({ type: z.literal('frt-close') }),
  z.object({
    type: z.literal('trial-start'),
    /** Those of the home: as there, alone; in the clinic, the baseline that home is compared with. */
    protocol: z.enum(['crom', 'rotation-neutral', ...HOME_TESTS, 'endurance', 'sustained', 'fast-rotation']),
    /** Left out: what the test's own protocol says. */
    repetitions: z.number().int().min(1).max(5).optional(),
    practice: z.number().int().min(0).max(3).optional(),
    autoConfirm: z.boolean().default(true),
  }),
  z.object({
    type: z.literal('trial-event'),
    event: testEvent,
    source: sourceOfEvent,
  }),
  z.object({ type: z.literal('trial-close') }),
  /** Clock pairing for latency figures: answered with the host's monotonic time. */
  z.object({ type: z.literal('clock') }),
]);

export type Command = z.infer<typeof commandSchema>;
export const commandMessageSchema = z.object({ id: z.number().int(), command: commandSchema });

export type Reply =
  | { readonly type: 'reply'; readonly id: number; readonly ok: true; readonly hostUs?: number }
  | {
      readonly type: 'reply';
      readonly id: number;
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      readonly hint: string;
    };
