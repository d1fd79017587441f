/** From home to the clinic: invitations given out, and bundles that came in. */
import type { Values } from './session-store.ts';

export interface Invitation {
  /** SHA-256 of the token, hex. */
  readonly tokenHash: string;
  readonly subjectId: string;
  readonly createdBy: string | null;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly usedAtMs: number | null;
  /** JSON values: keys, what is allowed at home. */
  readonly values: Values;
}

export interface ReceivedBundle {
  /** SHA-256 of the bundle, hex: received twice counts once. */
  readonly bundleHash: string;
  readonly subjectId: string | null;
  readonly receivedAtMs: number;
  readonly status: 'accepted' | 'refused';
  readonly values: Values;
}

export interface TransferStore {
  createInvitation(invitation: Invitation): Promise<void>;
  findInvitation(tokenHash: string): Promise<Invitation | null>;
  /** True for the first caller alone: an invitation is used once. */
  useInvitation(tokenHash: string, usedAtMs: number): Promise<boolean>;
  changeInvitation(tokenHash: string, change: Partial<Pick<Invitation, 'expiresAtMs' | 'values'>>): Promise<void>;
  listInvitations(subjectId: string): Promise<Invitation[]>;
  /** False when this bundle was there already; then nothing was changed. */
  saveBundle(bundle: ReceivedBundle): Promise<boolean>;
  /** Replaces its values. Rejects with NOT_FOUND. */
  changeBundle(bundleHash: string, values: Values): Promise<void>;
  findBundle(bundleHash: string): Promise<ReceivedBundle | null>;
  listBundles(query?: { readonly subjectId?: string; readonly limit?: number }): Promise<ReceivedBundle[]>;
}
