/** Who may do what: roles, accounts and signing in, as they cross the wire. */
import { z } from 'zod';
import { subjectCodeSchema } from './commands.ts';

/**
 * admin: everything, accounts and the audit included. clinician: runs visits and exports. reviewer: reads and exports,
 * changes nothing. home: a patient's own subject and nothing else.
 */
export const ROLES = ['admin', 'clinician', 'reviewer', 'home'] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

/** A login name: no e-mail address and no patient's name; it is shown in the audit. */
export const handleSchema = z
  .string()
  .regex(/^[a-z][a-z0-9._-]{1,31}$/, 'two to 32 small letters, digits, dots or dashes, a letter first');

export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 128;
export const passwordSchema = z.string().min(PASSWORD_MIN).max(PASSWORD_MAX);
/** What is typed at a sign-in: anything of a sensible length is compared. */
const typedPasswordSchema = z.string().min(1).max(PASSWORD_MAX);

export const signInSchema = z.strictObject({ handle: z.string().min(1).max(64), password: typedPasswordSchema });
export const firstStartSchema = z.strictObject({
  code: z.string().max(32),
  handle: handleSchema,
  password: passwordSchema,
});
export const unlockSchema = z.strictObject({ password: typedPasswordSchema });
export const changePasswordSchema = z.strictObject({ present: typedPasswordSchema, next: passwordSchema });

/** What a page may know of itself before and after signing in. */
export const accessViewSchema = z.object({
  /** open: this gateway asks for no login (demonstration, or started so on purpose). */
  status: z.enum(['first-start', 'signed-out', 'locked', 'signed-in', 'open']),
  demonstration: z.boolean(),
  handle: z.string().nullable(),
  role: roleSchema.nullable(),
  /** The one subject that a home account sees. */
  subjectCode: z.string().nullable(),
  /** The page locks after so many minutes without a key, a click or a touch. */
  lockAfterMinutes: z.number(),
});
export type AccessView = z.infer<typeof accessViewSchema>;

export const accountSchema = z.object({
  id: z.string(),
  handle: z.string(),
  role: roleSchema,
  subjectCode: z.string().nullable(),
  disabled: z.boolean(),
  createdAtMs: z.number(),
});
export type AccountView = z.infer<typeof accountSchema>;

const needsSubject = (value: { role?: Role | undefined; subjectCode?: string | null | undefined }): boolean =>
  value.role === undefined || (value.role === 'home') === (typeof value.subjectCode === 'string');
const SUBJECT_RULE = {
  path: ['subjectCode'],
  message: 'a home account has exactly one subject, every other account none',
};

export const newAccountSchema = z
  .strictObject({
    handle: handleSchema,
    password: passwordSchema,
    role: roleSchema,
    subjectCode: subjectCodeSchema.nullable().default(null),
  })
  .refine(needsSubject, SUBJECT_RULE);
export type NewAccount = z.infer<typeof newAccountSchema>;

export const accountChangeSchema = z
  .strictObject({
    role: roleSchema.optional(),
    subjectCode: subjectCodeSchema.nullable().optional(),
    disabled: z.boolean().optional(),
    /** A new password, given to the person by hand. It ends all sessions of the account. */
    password: passwordSchema.optional(),
  })
  .refine(needsSubject, SUBJECT_RULE);
export type AccountChange = z.infer<typeof accountChangeSchema>;

export const loginSchema = z.object({
  id: z.string(),
  handle: z.string(),
  createdAtMs: z.number(),
  lastSeenAtMs: z.number(),
  locked: z.boolean(),
  /** The session that asks. */
  own: z.boolean(),
});
export type LoginView = z.infer<typeof loginSchema>;

export const accessSettingsSchema = z.strictObject({ lockAfterMinutes: z.number().int().min(1).max(120) });
export type AccessSettings = z.infer<typeof accessSettingsSchema>;

export const auditRowSchema = z.object({
  /** 1, 2, 3 … without holes. */
  sequence: z.number().int(),
  wallMs: z.number(),
  accountId: z.string().nullable(),
  /** Login name of that account; null: the kit itself, the command line, or an account that was erased. */
  handle: z.string().nullable(),
  action: z.string(),
  /** Kind and id of what it was done to. Never a subject code. */
  object: z.string().nullable(),
  /** JSON values. */
  values: z.record(z.string(), z.unknown()),
  previousHash: z.string(),
  hash: z.string(),
});
export type AuditRow = z.infer<typeof auditRowSchema>;
export const auditPageSchema = z.object({ rows: z.array(auditRowSchema), next: z.number().nullable() });
export const auditCheckSchema = z.object({
  rows: z.number().int(),
  /** The first row that does not follow from the one before it; null: the chain holds. */
  brokenAt: z.number().int().nullable(),
});
