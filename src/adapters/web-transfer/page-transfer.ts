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
  /** `text`: the link, or the code. Rejects with INVITATION_*, CLINIC_* or WRONG_STATE. */
  enrol(text: string): Promise<Enrolment>;
  /** Visits that have ended and wait for the clinic, oldest first. */
  waiting(): Promise<readonly string[]>;
  /** A visit has no end yet. */
  ending(): Promise<boolean>;
  /** One visit, gone from here afterwards. Rejects with what stands in the way; then the visit is still here. */
  send(sessionId: string): Promise<{ readonly bundleHash: string; readonly bytes: number }>;
}

type Kept = SessionStore &
  SettingStore &
  Pick<ArchiveStore, 'visitRecords'> & { dropVisit(sessionId: string): Promise<void> };

export function createPageTransfer(deps: {
  readonly store: Kept;
  readonly clinic: PageClinic;
  /** Reads the link or the code of an invitation. Throws INVITATION_INVALID. */
  readonly read: (text: string) => { readonly token: string; fits(fingerprint: string): boolean };
  readonly wallMs: () => number;
  /** True of a visit that was cut off and may still be gone on with: it is not whole yet. */
  readonly goesOn: (sessionId: string) => Promise<boolean>;
}): PageTransfer {
  const { store, clinic, read, wallMs, goesOn } = deps;
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
      const invitation = read(text);
      if (await kept()) throw new KitError('WRONG_STATE', 'this device has an invitation already');
      const card = clinicCardSchema.safeParse(await clinic.card());
      if (!card.success || !invitation.fits(await fingerprintOf(card.data))) throw new KitError('CLINIC_UNTRUSTED');
      const key = await pendingKey();
      const answer = await clinic.enrol({ token: invitation.token, signingKey: key.publicKey });
      const enrolment = enrolmentSchema.parse(await readAnswer(card.data.signingKey, 'enrolled', answer));
      await store.saveSetting(ENROLMENT, { clinic: card.data, key, enrolment }, wallMs());
      return enrolment;
    },
    async waiting() {
      const ended: string[] = [];
      // One without a test, too: the answers of a person who was stopped at the questions are for the clinic.
      for (const { id, endedAtMs } of (await store.listSessions()).reverse())
        if (endedAtMs !== null && !(await goesOn(id))) ended.push(id);
      return ended;
    },
    ending: async () => (await store.listSessions()).some(({ endedAtMs }) => endedAtMs === null),
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
      const bundleHash = hex(await sha256(bundle));
      if (confirmed.data?.bundleHash !== bundleHash)
        throw new KitError('CLINIC_UNTRUSTED', 'it confirmed something else');
      await store.dropVisit(sessionId);
      return { bundleHash, bytes: bundle.length };
    },
  };
}
