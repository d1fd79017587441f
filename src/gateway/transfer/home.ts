/**
 * The home side: enrolled once with an invitation, then every visit that has ended goes to that clinic, tried until the
 * clinic has confirmed its hash. The bundle waits as a file, so that what is sent again is the same bytes.
 */
import { z } from 'zod';
import { KitError } from '../../contract/errors.ts';
import {
  clinicCardSchema,
  confirmationSchema,
  enrolmentSchema,
  type Outgoing,
  outgoingSchema,
} from '../../contract/transfer.ts';
import type { BundleFiles } from '../../ports/bundle-files.ts';
import type { ClinicLink } from '../../ports/clinic-link.ts';
import type { Store } from '../../ports/store.ts';
import type { Timers } from '../../ports/timers.ts';
import { wasCutOff } from '../home-visit.ts';
import type { Log } from '../log.ts';
import { createSerialQueue, kitErrorOf } from '../waiting.ts';
import { readInvitation } from './invitation-text.ts';
import { fingerprintOf, type KeptKey, newKey, readAnswer } from './keys.ts';
import { isFinal, LONGEST_PAUSE_MS, pauseMs } from './retry.ts';
import { sealBundle } from './seal.ts';
import { writeVisit } from './visit-records.ts';

const ENROLMENT = 'transfer.home';
const OUTBOX = 'transfer.outbox';
/** Made before the clinic is asked: when its answer is lost, the same device asks again, and is known. */
const PENDING = 'transfer.pending-key';
/** A visit that is open is looked at again: nobody says when its end is on the disk. */
const OPEN_MS = 2000;
/** While a visit is being recorded: looked at again after, ms. */
const BUSY_MS = 5000;

const keptKeySchema = z.object({ privatePem: z.string(), publicKey: z.string() });
const keptSchema = z.object({
  clinicUrl: z.string(),
  clinic: clinicCardSchema,
  key: keptKeySchema,
  enrolment: enrolmentSchema,
  enrolledAtMs: z.number(),
});
export type HomeEnrolment = z.infer<typeof keptSchema>;

export interface HomeTransfer {
  readonly enrolment: HomeEnrolment | null;
  /** Loads what is kept and goes on sending. */
  start(): Promise<void>;
  stop(): void;
  /** Rejects with INVITATION_*, CLINIC_* or WRONG_STATE. */
  enrol(text: string, address?: string): Promise<HomeEnrolment>;
  /** A visit ended: it goes as soon as it can. */
  wake(): void;
  /** Tries at once what waits. */
  sendNow(): Promise<void>;
  outgoing(): readonly Outgoing[];
  /** A visit as a bundle, for a file. Rejects with NOT_ENROLLED. */
  bundle(sessionId: string): Promise<AsyncIterable<Uint8Array>>;
  onChange(listener: () => void): void;
}

export function createHomeTransfer(deps: {
  store: Store;
  link: ClinicLink;
  files: BundleFiles;
  timers: Timers;
  wallMs: () => number;
  log: Log;
  /** A visit is open: nothing is packed while samples come in. */
  busy: () => boolean;
}): HomeTransfer {
  const { store, link, files, timers, wallMs, log } = deps;
  const inTurn = createSerialQueue();
  let enrolment: HomeEnrolment | null = null;
  let outbox: Outgoing[] = [];
  let cancel = (): void => {};
  let stopped = false;
  const listeners = new Set<() => void>();

  async function pendingKey(): Promise<KeptKey> {
    const kept = keptKeySchema.safeParse(await store.setting(PENDING));
    if (kept.success) return kept.data;
    const made = newKey('Ed25519');
    await store.saveSetting(PENDING, made, wallMs());
    return made;
  }
  async function keep(next: Outgoing): Promise<void> {
    outbox = [...outbox.filter((each) => each.sessionId !== next.sessionId), next];
    await store.saveSetting(OUTBOX, outbox, wallMs());
    for (const listener of listeners) listener();
  }

  /** Ended visits that are not in the outbox yet. @returns whether one is still open: its end may be on its way to the disk */
  async function gather(): Promise<boolean> {
    let open = false;
    for (const session of (await store.listSessions()).reverse()) {
      if (session.setting !== 'home') continue;
      if (session.endedAtMs === null) {
        open = true;
        continue;
      }
      if (outbox.some((each) => each.sessionId === session.id)) continue;
      // It may still be gone on with: what is sent is whole.
      if (await wasCutOff(store, session.id, wallMs())) continue;
      const nothing = { bundleHash: null, bytes: 0, confirmedAtMs: null, problem: null };
      await keep({ sessionId: session.id, state: 'waiting', attempts: 0, nextAtMs: wallMs(), ...nothing });
    }
    return open;
  }
  async function bundle(sessionId: string): Promise<AsyncIterable<Uint8Array>> {
    if (!enrolment) throw new KitError('NOT_ENROLLED');
    const { key, clinic, enrolment: terms } = enrolment;
    const detail = await store.sessionDetail(sessionId);
    if (!detail) throw new KitError('NOT_FOUND', `session ${sessionId}`);
    if (detail.endedAtMs === null) throw new KitError('WRONG_STATE', 'this visit has not ended');
    const visit = writeVisit({ subjectCode: detail.subjectCode, sessionId }, store.visitRecords(sessionId));
    return sealBundle({ key, clinic, invitation: terms.invitation }, wallMs(), visit);
  }

  async function sendOne(waiting: Outgoing): Promise<void> {
    const { clinicUrl, clinic, enrolment: terms } = enrolment!;
    const { sessionId } = waiting;
    let now = waiting;
    try {
      if (now.bundleHash === null || !(await files.has(sessionId))) {
        const { sha256: bundleHash, bytes } = await files.write(sessionId, await bundle(sessionId));
        now = { ...now, bundleHash, bytes };
        await keep(now);
      }
      const answer = await link.send(
        { url: clinicUrl, authority: clinic.authority },
        { invitation: terms.invitation, bytes: now.bytes, open: () => files.read(sessionId) },
      );
      const confirmed = confirmationSchema.safeParse(readAnswer(clinic.signingKey, 'received', answer));
      if (confirmed.data?.bundleHash !== now.bundleHash)
        throw new KitError('CLINIC_UNTRUSTED', 'it confirmed something else');
      await keep({ ...now, state: 'confirmed', nextAtMs: null, confirmedAtMs: wallMs(), problem: null });
      await files.remove(sessionId);
    } catch (cause) {
      const { code, detail } = kitErrorOf(cause);
      log.warn({ code, detail }, 'a visit was not confirmed by the clinic yet');
      // Damaged on the disk or on the way: it is made anew.
      if (code === 'BUNDLE_DAMAGED') {
        await files.remove(sessionId);
        now = { ...now, bundleHash: null };
      }
      const attempts = now.attempts + 1;
      const final = isFinal(code);
      const state = final ? 'refused' : 'waiting';
      await keep({ ...now, state, attempts, nextAtMs: final ? null : wallMs() + pauseMs(attempts), problem: code });
    }
  }

  async function round(all: boolean): Promise<void> {
    cancel();
    if (!enrolment || stopped) return;
    let open = false;
    if (!deps.busy()) {
      open = await gather();
      for (const waiting of outbox)
        if (waiting.state === 'waiting' && (all || (waiting.nextAtMs ?? 0) <= wallMs()) && !stopped)
          await sendOne(waiting);
    }
    const due = outbox.filter((each) => each.state === 'waiting').map((each) => each.nextAtMs ?? 0);
    if (stopped || (due.length === 0 && !open && !deps.busy())) return;
    const inMs = open ? OPEN_MS : due.length === 0 ? BUSY_MS : Math.max(1000, Math.min(...due) - wallMs());
    cancel = timers.after(Math.min(inMs, LONGEST_PAUSE_MS), () => void inTurn(() => round(false)));
  }
  const go = (all: boolean): Promise<void> =>
    inTurn(() => round(all)).catch((cause: unknown) => log.error({ cause: String(cause) }, 'the outbox failed'));

  return {
    get enrolment() {
      return enrolment;
    },
    async start() {
      enrolment = keptSchema.safeParse(await store.setting(ENROLMENT)).data ?? null;
      outbox = z.array(outgoingSchema).safeParse(await store.setting(OUTBOX)).data ?? [];
      void go(true);
    },
    stop() {
      stopped = true;
      cancel();
    },
    enrol: (text, address = '') =>
      inTurn(async () => {
        const invitation = readInvitation(text, address);
        if (enrolment) throw new KitError('WRONG_STATE', 'this device has an invitation already');
        const card = clinicCardSchema.safeParse(await link.card(invitation.clinicUrl));
        if (!card.success || !invitation.fits(fingerprintOf(card.data))) throw new KitError('CLINIC_UNTRUSTED');
        const { authority, signingKey } = card.data;
        const key = await pendingKey();
        const clinic = { url: invitation.clinicUrl, authority };
        const answer = await link.enrol(clinic, { token: invitation.token, signingKey: key.publicKey });
        const terms = enrolmentSchema.parse(readAnswer(signingKey, 'enrolled', answer));
        const made: HomeEnrolment = {
          clinicUrl: invitation.clinicUrl,
          clinic: card.data,
          key,
          enrolment: terms,
          enrolledAtMs: wallMs(),
        };
        const entry = { wallMs: wallMs(), accountId: null, action: 'transfer.enrol', object: null, values: {} };
        await store.audited(entry, async (records) => {
          const code = terms.subjectCode;
          if (!(await records.findSubject({ code })))
            await records.createSubject({
              id: terms.invitation.slice(0, 32),
              code,
              createdAtMs: wallMs(),
              retainUntilMs: null,
              values: {},
            });
          await records.saveSetting(ENROLMENT, made, wallMs());
        });
        enrolment = made;
        for (const listener of listeners) listener();
        return made;
      }),
    wake: () => void go(false),
    sendNow: () => go(true),
    outgoing: () => outbox,
    bundle,
    onChange: (listener) => listeners.add(listener),
  };
}
