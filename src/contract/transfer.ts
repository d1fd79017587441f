/** Home and clinic: what an invitation holds, and what crosses between the two gateways. docs/transfer.md has the bytes. */
import { z } from 'zod';
import { subjectCodeSchema } from './commands.ts';
import { screenOutcomeSchema } from './visit.ts';

/** SHA-256 as 64 small hex digits. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hex');
/** 32 raw bytes of a public key, base64url. */
export const publicKeySchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'a public key of 32 bytes, base64url');
const signatureSchema = z.string().regex(/^[A-Za-z0-9_-]{86}$/, 'a signature of 64 bytes, base64url');

/** What is allowed at home, by the clinic, for one subject. */
export const homePermissionsSchema = z.object({
  language: z.enum(['en', 'de']).default('en'),
  /** Degrees while the patient moves: people turn further to read a scale. */
  showDegrees: z.boolean().default(false),
  /** The home active flexion-rotation measure; only after a home-style baseline in the clinic. */
  flexionRotation: z.boolean().default(false),
  /** Start flexion of that baseline, deg; the clinic's gateway fills it in, and without one the measure is not offered. */
  baselineFlexionDeg: z.number().min(10).max(90).nullable().default(null),
  /** Keys of precautions that the clinician has seen and noted: they do not stop a test at home. */
  seenPrecautions: z.array(z.string().max(60)).max(40).default([]),
  /** Shown below the fixed emergency instruction: how this clinic is reached. */
  clinicWords: z.string().max(300).default(''),
});
export type HomePermissions = z.infer<typeof homePermissionsSchema>;

/** The clinic's public part. The invitation holds the SHA-256 of it, so that it may come over any line. */
export const clinicCardSchema = z.object({
  format: z.literal('neck-clinic'),
  version: z.literal(1),
  /** Ed25519: signs answers. */
  signingKey: publicKeySchema,
  /** X25519: bundles are encrypted to it. */
  sealingKey: publicKeySchema,
  /** PEM of the authority behind the clinic's certificate; null: a public one. */
  authority: z.string().max(8192).nullable(),
});
export type ClinicCard = z.infer<typeof clinicCardSchema>;

export const newInvitationSchema = z.strictObject({
  subjectCode: subjectCodeSchema,
  /** Left out: the open episode of the subject; one is opened when there is none. */
  episodeId: z.string().max(100).optional(),
  /** Under which the home gateway reaches this one. */
  clinicUrl: z.string().max(200),
  enrolWithinDays: z.number().int().min(1).max(60).default(14),
  sendWithinDays: z.number().int().min(1).max(730).default(180),
  permissions: homePermissionsSchema.prefault({}),
});
export type NewInvitation = z.input<typeof newInvitationSchema>;

export const invitationViewSchema = z.object({
  /** SHA-256 of the token. */
  id: sha256Schema,
  subjectCode: z.string(),
  episodeId: z.string().nullable(),
  createdAtMs: z.number(),
  enrolUntilMs: z.number(),
  sendUntilMs: z.number(),
  enrolledAtMs: z.number().nullable(),
  revokedAtMs: z.number().nullable(),
  permissions: homePermissionsSchema,
});
export type InvitationView = z.infer<typeof invitationViewSchema>;

/** Handed out once: neither the link nor the code is kept. */
export const madeInvitationSchema = invitationViewSchema.extend({
  link: z.string(),
  /** Address and code, for a person who types. */
  clinicUrl: z.string(),
  code: z.string(),
  /** The link as a picture: SVG. */
  qrSvg: z.string(),
});
export type MadeInvitation = z.infer<typeof madeInvitationSchema>;

export const enrolSchema = z.strictObject({ token: z.string().min(1).max(64), signingKey: publicKeySchema });

/** An answer of the clinic that proves itself: `signature` is over the bytes of `body`. */
export const signedSchema = z.object({ body: z.string().max(65_536), signature: signatureSchema });
export type Signed = z.infer<typeof signedSchema>;

export const enrolmentSchema = z.object({
  invitation: sha256Schema,
  subjectCode: z.string(),
  episodeId: z.string().nullable(),
  sendUntilMs: z.number(),
  permissions: homePermissionsSchema,
});
export type Enrolment = z.infer<typeof enrolmentSchema>;

export const confirmationSchema = z.object({
  bundleHash: sha256Schema,
  /** known: received before; it counts once. */
  status: z.enum(['accepted', 'known']),
  receivedAtMs: z.number(),
});
export type Confirmation = z.infer<typeof confirmationSchema>;

const meanSchema = z.object({ direction: z.string(), home: z.number().nullable(), clinic: z.number().nullable() });
/** What the home gateway had worked out, and what the clinic's own core made of the same raw bytes. */
export const bothNumbersSchema = z.object({
  trialId: z.string(),
  kind: z.string(),
  measure: z.string().nullable(),
  /** equal: but for the last bits of a browser's sine; different; changed: another version of the core; absent: no raw data, see `reason`. */
  outcome: z.enum(['equal', 'different', 'changed', 'absent']),
  reason: z.string().nullable(),
  homeVersion: z.string().nullable(),
  clinicVersion: z.string(),
  directions: z.array(meanSchema),
});
export type BothNumbers = z.infer<typeof bothNumbersSchema>;

export const receivedBundleViewSchema = z.object({
  bundleHash: sha256Schema,
  subjectCode: z.string(),
  sessionId: z.string(),
  receivedAtMs: z.number(),
  bytes: z.number().int(),
  /** Null until the clinic's core has computed them. */
  trials: z.array(bothNumbersSchema).nullable(),
  /** Of the patient's answers; precautions that the clinician had noted are not among them. Null: no visit is kept of it. */
  screen: screenOutcomeSchema.nullable(),
});
export type ReceivedBundleView = z.infer<typeof receivedBundleViewSchema>;

/** One visit on its way to the clinic, as the home gateway sees it. */
export const outgoingSchema = z.object({
  sessionId: z.string(),
  state: z.enum(['waiting', 'confirmed', 'refused']),
  attempts: z.number().int(),
  bundleHash: sha256Schema.nullable(),
  bytes: z.number().int(),
  nextAtMs: z.number().nullable(),
  confirmedAtMs: z.number().nullable(),
  /** Code of the last error; null after none. */
  problem: z.string().nullable(),
});
export type Outgoing = z.infer<typeof outgoingSchema>;

/** The device at home as its page sees it. */
export const homeViewSchema = z.object({
  enrolled: z.boolean(),
  subjectCode: z.string().nullable(),
  permissions: homePermissionsSchema.nullable(),
  /** The visit that was cut off and can be gone on with; null: none. */
  resume: z.object({ startedAtMs: z.number(), done: z.record(z.string(), z.number()) }).nullable(),
  outgoing: z.array(outgoingSchema),
});
export type HomeView = z.infer<typeof homeViewSchema>;

/** What a person types or pastes: the link, or address and code. */
export const enrolHereSchema = z.object({ invitation: z.string().max(400), address: z.string().max(200).default('') });
