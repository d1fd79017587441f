/** The JSON values of invitations and received bundles, as they are kept, and as pages see them. */
import { z } from 'zod';
import {
  bothNumbersSchema,
  homePermissionsSchema,
  type InvitationView,
  publicKeySchema,
  type ReceivedBundleView,
} from '../../contract/transfer.ts';
import { visitOfContext } from '../../contract/visit.ts';
import { screenOf } from '../../core/visit/visit.ts';
import type { Values } from '../../ports/session-store.ts';
import type { Invitation, ReceivedBundle } from '../../ports/transfer-store.ts';

const keptInvitationSchema = z.object({
  episodeId: z.string().nullable(),
  permissions: homePermissionsSchema,
  sendUntilMs: z.number(),
  /** Of the device that was enrolled; null before. */
  signingKey: publicKeySchema.nullable(),
  revokedAtMs: z.number().nullable(),
});
export type KeptInvitation = z.infer<typeof keptInvitationSchema>;

export const keptInvitation = ({ values }: Invitation): KeptInvitation => keptInvitationSchema.parse(values);

export function invitationView(invitation: Invitation, subjectCode: string): InvitationView {
  const { episodeId, permissions, sendUntilMs, revokedAtMs } = keptInvitation(invitation);
  return {
    id: invitation.tokenHash,
    subjectCode,
    episodeId,
    createdAtMs: invitation.createdAtMs,
    enrolUntilMs: invitation.expiresAtMs,
    sendUntilMs,
    enrolledAtMs: invitation.usedAtMs,
    revokedAtMs,
    permissions,
  };
}

const keptBundleSchema = z.object({
  sessionId: z.string(),
  bytes: z.number().int(),
  trials: z.array(bothNumbersSchema).nullable(),
});

export const sessionOfBundle = ({ values }: ReceivedBundle): string => keptBundleSchema.parse(values).sessionId;

/** @param context of the visit that came with it; null: it was erased since */
export function receivedView(bundle: ReceivedBundle, code: string, context: Values | null): ReceivedBundleView {
  const { bundleHash, receivedAtMs } = bundle;
  const { sessionId, bytes, trials } = keptBundleSchema.parse(bundle.values);
  const visit = visitOfContext(context ?? {});
  const screen = visit && screenOf(visit);
  return { bundleHash, subjectCode: code, sessionId, receivedAtMs, bytes, trials, screen };
}
