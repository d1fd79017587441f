/**
 * The home side in a page: enrolled once with the clinic's invitation; every visit that has ended goes to that clinic, and
 * is removed here only when the clinic has confirmed, signed, the hash of what was sent.
 */
import { z } from 'zod';
import { KitError } from '../../contract/errors.ts';
import { clinicCardSchema, confirmationSchema, type Enrolment, enrolmentSchema } from '../../contract/transfer.ts';
import type { ArchiveStore } from '../../ports/archive-store.ts';
import type { SessionStore } from '../../ports/session-store.ts';
import type { SettingStore } from '../../ports/setting-store.ts';
import { fingerprintOf, hex, newSigningKey, readAnswer, sha256 } from './web-keys.ts';
import { sealVisit } from './web-seal.ts';

/** To the clinic that served the page, and to nobody else. Rejects with CLINIC_UNREACHABLE, or with what it said. */
export interface PageClinic {
  card(): Promise<unknown>;
  enrol(body: { readonly token: string; readonly signingKey: string }): Promise<unknown>;
  send(invitation: string, bundle: Uint8Array<ArrayBuffer>): Promise<unknown>;
}

const ENROLMENT = 'transfer.page';
/** Made before the clinic is asked: when its answer is lost, the same device asks again, and is known. */
const PENDING = 'transfer.pending-key';
const keySchema = z.object({ publicKey: z.string(), pkcs8: z.string() });
const keptSchema = z.object({ clinic: clinicCardSchema, key: keySchema, enrolment: enrolmentSchema });

export interface PageTransfer {
  enrolment(): Promise<Enrolment | null>;
  /** `text`: what stands behind `#invitation=`. Rejects with INVITATION_*, CLINIC_* or WRONG_STATE. */
  enrol(text: string): Promise<Enrolment>;
  /** Visits that wait for the clinic, oldest first. */
  waiting(): Promise<readonly string[]>;
  /** One visit. Rejects with what stands in the way; then the visit is still here. */
  send(sessionId: string): Promise<void>;
}

type Kept = SessionStore &
  SettingStore &
  Pick<ArchiveStore, 'visitRecords'> & { dropVisit(sessionId: string): Promise<void> };

export function createPageTransfer(deps: {
  readonly store: Kept;
  readonly clinic: PageClinic;
  readonly wallMs: () => number;
}): PageTransfer {
  const { store, clinic, wallMs } = deps;
  const kept = async () => keptSchema.safeParse(await store.setting(ENROLMENT)).data ?? null;
  async function pendingKey() {
    const known = keySchema.safeParse(await store.setting(PENDING));
    if (known.success) return known.data;
    const made = await newSigningKey();
    await store.saveSetting(PENDING, made, wallMs());
    return made;
  }

  return {
    enrolment: async () => (await kept())?.enrolment ?? null,
    async enrol(text) {
      const [, token = '', fingerprint = ''] = /^([0-9A-HJKMNP-TV-Z]{12})\.([0-9a-f]{64})$/.exec(text.trim()) ?? [];
      if (!token) throw new KitError('INVITATION_INVALID', 'the link is not whole');
      if (await kept()) throw new KitError('WRONG_STATE', 'this device has an invitation already');
      const card = clinicCardSchema.safeParse(await clinic.card());
      if (!card.success || (await fingerprintOf(card.data)) !== fingerprint) throw new KitError('CLINIC_UNTRUSTED');
      const key = await pendingKey();
      const answer = await clinic.enrol({ token, signingKey: key.publicKey });
      const enrolment = enrolmentSchema.parse(await readAnswer(card.data.signingKey, 'enrolled', answer));
      await store.saveSetting(ENROLMENT, { clinic: card.data, key, enrolment }, wallMs());
      return enrolment;
    },
    async waiting() {
      const sessions = await store.listSessions();
      return sessions
        .filter(({ endedAtMs, trials }) => endedAtMs !== null && trials > 0)
        .map(({ id }) => id)
        .reverse();
    },
    async send(sessionId) {
      const own = await kept();
      if (!own) throw new KitError('NOT_ENROLLED');
      const detail = await store.sessionDetail(sessionId);
      if (!detail) throw new KitError('NOT_FOUND', `session ${sessionId}`);
      if (detail.endedAtMs === null) throw new KitError('WRONG_STATE', 'this visit has not ended');
      const { invitation } = own.enrolment;
      const head = { subjectCode: detail.subjectCode, sessionId };
      const sender = { key: own.key, invitation, clinic: own.clinic };
      const bundle = await sealVisit(sender, wallMs(), head, store.visitRecords(sessionId));
      const answer = await readAnswer(own.clinic.signingKey, 'received', await clinic.send(invitation, bundle));
      const confirmed = confirmationSchema.safeParse(answer);
      if (confirmed.data?.bundleHash !== hex(await sha256(bundle)))
        throw new KitError('CLINIC_UNTRUSTED', 'it confirmed something else');
      await store.dropVisit(sessionId);
    },
  };
}
