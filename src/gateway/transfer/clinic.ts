/** The clinic's side: invitations made, devices enrolled, bundles taken in. Every change leaves its audit row in its commit. */
import { KitError } from '../../contract/errors.ts';
import {
  type BothNumbers,
  type ClinicCard,
  type Confirmation,
  type Enrolment,
  type InvitationView,
  type MadeInvitation,
  type NewInvitation,
  newInvitationSchema,
  type ReceivedBundleView,
  type Signed,
} from '../../contract/transfer.ts';
import { protocolOf } from '../../core/protocol/registry.ts';
import type { ArchiveRecord } from '../../ports/archive-store.ts';
import type { Store } from '../../ports/store.ts';
import type { Invitation, ReceivedBundle } from '../../ports/transfer-store.ts';
import type { Log } from '../log.ts';
import { createSerialQueue, kitErrorOf } from '../waiting.ts';
import { BUNDLE_LIMIT_BYTES } from './bundle-format.ts';
import { baselineFlexionDeg } from './home-baseline.ts';
import { invitationId, newToken } from './invitation.ts';
import { clinicAddress, invitationCode, invitationLink } from './invitation-text.ts';
import { invitationView, type KeptInvitation, keptInvitation, receivedView, sessionOfBundle } from './kept-values.ts';
import { clinicIdOf, fingerprintOf, type KeptKey, newKey, signAnswer } from './keys.ts';
import { type CheckedBundle, checkBundle, openBundle, type Reopen } from './open-bundle.ts';
import { readVisit } from './visit-records.ts';

const KEYS = 'transfer.clinic-keys';
const DAY_MS = 86_400_000;

interface ClinicKeys {
  readonly signing: KeptKey;
  readonly sealing: KeptKey;
}

export interface ClinicTransfer {
  card(): Promise<ClinicCard>;
  /** `by`: whose account it is asked on. */
  invite(by: string | null, wanted: NewInvitation): Promise<MadeInvitation>;
  revoke(by: string | null, id: string): Promise<InvitationView>;
  invitations(subjectCode?: string): Promise<InvitationView[]>;
  enrol(token: string, signingKey: string): Promise<Signed>;
  /** Whether a sender who names this invitation may hand over bytes at all. */
  expects(invitation: string): Promise<void>;
  /** `open` gives the bytes from their beginning, twice. Resolves after the commit. */
  receive(open: Reopen): Promise<Signed>;
  received(limit: number): Promise<ReceivedBundleView[]>;
  /** Computes again what came in before this gateway began and was not: it was stopped in between. */
  catchUp(): Promise<void>;
  /** Resolves when what came in was computed again. */
  settled(): Promise<void>;
}

export interface ClinicDeps {
  readonly store: Store;
  readonly wallMs: () => number;
  readonly newId: () => string;
  readonly log: Log;
  /** PEM of the authority that computers at home have to trust; null: a public one, or no TLS. */
  readonly authority: string | null;
  /** SVG of a text. */
  readonly qrSvg: (text: string) => Promise<string>;
  /** The clinic's own core on a session that came in; keeps its results beside those from home. */
  readonly rescore: (sessionId: string) => Promise<BothNumbers[]>;
  readonly limitBytes?: number;
}

/** Only tests that may be done alone come from home. */
async function* homeOnly(records: AsyncIterable<ArchiveRecord>): AsyncIterable<ArchiveRecord> {
  for await (const record of records) {
    const kind = record.row['kind'];
    if (record.table === 'trial' && protocolOf(String(kind))?.atHome !== true)
      throw new KitError('BUNDLE_DAMAGED', 'it holds a test that is not done at home');
    yield record;
  }
}

export function createClinicTransfer(deps: ClinicDeps): ClinicTransfer {
  const { store, wallMs, log, limitBytes = BUNDLE_LIMIT_BYTES } = deps;
  const inTurn = createSerialQueue();
  let computing: Promise<void> = Promise.resolve();
  let keys: Promise<ClinicKeys> | null = null;

  const audit = (by: string | null, action: string, object: string | null, values: Record<string, unknown> = {}) => ({
    wallMs: wallMs(),
    accountId: by,
    action,
    object,
    values,
  });
  async function clinicKeys(): Promise<ClinicKeys> {
    const kept = (await store.setting(KEYS)) as ClinicKeys | undefined;
    if (kept) return kept;
    const made: ClinicKeys = { signing: newKey('Ed25519'), sealing: newKey('X25519') };
    await store.audited(audit(null, 'transfer.keys', null), (records) => records.saveSetting(KEYS, made, wallMs()));
    return made;
  }
  const ownKeys = (): Promise<ClinicKeys> => {
    keys ??= clinicKeys();
    return keys;
  };
  async function card(): Promise<ClinicCard> {
    const { signing, sealing } = await ownKeys();
    const { authority } = deps;
    const keysOfCard = { signingKey: signing.publicKey, sealingKey: sealing.publicKey };
    return { format: 'neck-clinic', version: 1, ...keysOfCard, authority };
  }

  async function known(id: string): Promise<{ invitation: Invitation; values: KeptInvitation }> {
    const invitation = await store.findInvitation(id);
    if (!invitation) throw new KitError('INVITATION_UNKNOWN');
    return { invitation, values: keptInvitation(invitation) };
  }
  async function viewOf(invitation: Invitation): Promise<InvitationView> {
    const subject = await store.findSubject({ id: invitation.subjectId });
    return invitationView(invitation, subject?.code ?? '');
  }

  /** The enrolled device behind a bundle, or a named refusal. */
  async function senderOf(id: string): Promise<{ invitation: Invitation; values: KeptInvitation }> {
    const invitation = await store.findInvitation(id);
    const values = invitation && keptInvitation(invitation);
    if (!invitation || values?.signingKey == null) throw new KitError('BUNDLE_STRANGER');
    if (values.revokedAtMs !== null) throw new KitError('BUNDLE_EXPIRED', 'the invitation was taken back');
    if (values.sendUntilMs < wallMs()) throw new KitError('BUNDLE_EXPIRED');
    return { invitation, values };
  }

  async function confirmation(bundle: ReceivedBundle, status: Confirmation['status']): Promise<Signed> {
    const { bundleHash, receivedAtMs } = bundle;
    return signAnswer((await ownKeys()).signing, 'received', { bundleHash, status, receivedAtMs });
  }

  async function takeIn(open: Reopen, checked: CheckedBundle): Promise<Signed> {
    const { header, bundleHash, bytes } = checked;
    const before = await store.findBundle(bundleHash);
    if (before?.status === 'accepted') return confirmation(before, 'known');
    const { invitation, values } = await senderOf(header.invitation);
    if (values.signingKey !== header.sender) throw new KitError('BUNDLE_STRANGER', 'not the device that was enrolled');
    if (header.clinic !== clinicIdOf(await card())) throw new KitError('BUNDLE_NOT_FOR_US');
    const subject = await store.findSubject({ id: invitation.subjectId });
    if (!subject) throw new KitError('BUNDLE_STRANGER');
    const { sealing } = await ownKeys();

    // Once through all of it before anything is written.
    const visit = await readVisit(openBundle(open, checked, sealing));
    if (visit.head.subjectCode !== subject.code) throw new KitError('BUNDLE_OTHER_SUBJECT');
    for await (const { table, row } of homeOnly(visit.records)) {
      if (table === 'session' && row['subject_code'] !== subject.code) throw new KitError('BUNDLE_OTHER_SUBJECT');
      if (table === 'session' && row['id'] !== visit.head.sessionId)
        throw new KitError('BUNDLE_DAMAGED', 'it says of itself that it is another visit');
    }
    const contentHash = visit.contentHash();
    const receivedAtMs = wallMs();
    const { sessionId } = visit.head;
    const kept: ReceivedBundle = {
      bundleHash,
      subjectId: subject.id,
      receivedAtMs,
      status: 'accepted',
      values: { sessionId, contentHash, invitation: header.invitation, bytes, madeAtMs: header.madeAtMs, trials: null },
    };
    if (await store.sessionDetail(sessionId)) {
      const same = (await store.listBundles({ subjectId: subject.id })).find(
        (each) => each.values['sessionId'] === sessionId && each.values['contentHash'] === contentHash,
      );
      if (!same) throw new KitError('BUNDLE_CONFLICT');
      return confirmation({ ...same, bundleHash }, 'known');
    }
    const again = await readVisit(openBundle(open, checked, sealing));
    const entry = audit(null, 'transfer.receive', `session:${sessionId}`, { bundleHash, bytes });
    await store.audited(entry, async (records) => {
      const place = { subjectId: subject.id, subjectCode: subject.code, episodeId: values.episodeId };
      await records.addHomeVisit(again.records, place);
      await records.saveBundle(kept);
    });
    computeLater(kept);
    return confirmation(kept, 'accepted');
  }

  function computeLater(bundle: ReceivedBundle): void {
    computing = computing.then(async () => {
      try {
        const trials = await deps.rescore(String(bundle.values['sessionId']));
        await store.changeBundle(bundle.bundleHash, { ...bundle.values, trials });
      } catch (cause) {
        log.error({ code: kitErrorOf(cause).code }, 'a visit from home could not be computed again');
      }
    });
  }

  return {
    card,
    async invite(by, wanted) {
      const { subjectCode, clinicUrl, enrolWithinDays, sendWithinDays, episodeId, ...asked } =
        newInvitationSchema.parse(wanted);
      const address = clinicAddress(clinicUrl);
      const fingerprint = fingerprintOf(await card());
      const subject = await store.findSubject({ code: subjectCode });
      if (!subject) throw new KitError('NOT_FOUND', 'no subject of this code');
      // The baseline is what was measured, never what somebody types.
      const baseline = asked.permissions.flexionRotation ? await baselineFlexionDeg(store, subjectCode) : null;
      if (asked.permissions.flexionRotation && baseline === null) throw new KitError('HOME_TURN_NOT_OFFERED');
      const permissions = { ...asked.permissions, baselineFlexionDeg: baseline };
      const token = newToken();
      const now = wallMs();
      const invitation = await store.transaction(async (records) => {
        const episodes = await records.listEpisodes(subject.id);
        const open = episodes.findLast((episode) => episode.closedAtMs === null);
        const chosen = episodeId === undefined ? open : episodes.find((episode) => episode.id === episodeId);
        if (episodeId !== undefined && !chosen) throw new KitError('NOT_FOUND', 'no such episode of this subject');
        const id = chosen?.id ?? deps.newId();
        if (!chosen) {
          const nothing = { goal: null, side: null, injuryDate: null, mechanism: null, payerReference: null };
          const opened = { id, subjectId: subject.id, openedAtMs: now, closedAtMs: null };
          await records.createEpisode({ ...opened, ...nothing, values: {} });
          await records.appendAudit(audit(by, 'episode.create', `episode:${id}`));
        }
        const made: Invitation = {
          tokenHash: invitationId(token),
          subjectId: subject.id,
          createdBy: by,
          createdAtMs: now,
          expiresAtMs: now + enrolWithinDays * DAY_MS,
          usedAtMs: null,
          values: {
            episodeId: id,
            permissions,
            sendUntilMs: now + sendWithinDays * DAY_MS,
            signingKey: null,
            revokedAtMs: null,
          } satisfies KeptInvitation,
        };
        await records.createInvitation(made);
        await records.appendAudit(
          audit(by, 'transfer.invite', `subject:${subject.id}`, { invitation: made.tokenHash }),
        );
        return made;
      });
      const link = invitationLink(address, token, fingerprint);
      return {
        ...invitationView(invitation, subjectCode),
        link,
        clinicUrl: address,
        code: invitationCode(token, fingerprint),
        qrSvg: await deps.qrSvg(link),
      };
    },
    async revoke(by, id) {
      const { invitation, values } = await known(id);
      const changed = { ...values, revokedAtMs: wallMs() };
      await store.audited(
        audit(by, 'transfer.revoke', `subject:${invitation.subjectId}`, { invitation: id }),
        (records) => records.changeInvitation(id, { values: changed }),
      );
      return viewOf({ ...invitation, values: changed });
    },
    async invitations(subjectCode) {
      const subjects =
        subjectCode === undefined
          ? (await store.listSubjects()).map(({ id, code }) => ({ id, code }))
          : [await store.findSubject({ code: subjectCode })];
      const views: InvitationView[] = [];
      for (const subject of subjects)
        if (subject)
          for (const invitation of await store.listInvitations(subject.id))
            views.push(invitationView(invitation, subject.code));
      return views.sort((a, b) => b.createdAtMs - a.createdAtMs);
    },
    enrol: (token, signingKey) =>
      inTurn(async () => {
        const id = invitationId(token.toUpperCase());
        const { invitation, values } = await known(id);
        if (values.revokedAtMs !== null || invitation.expiresAtMs < wallMs()) throw new KitError('INVITATION_EXPIRED');
        const subject = await store.findSubject({ id: invitation.subjectId });
        if (!subject) throw new KitError('INVITATION_UNKNOWN');
        // The same device once more: its first answer may have been lost on the way.
        if (invitation.usedAtMs !== null && values.signingKey !== signingKey) throw new KitError('INVITATION_USED');
        if (invitation.usedAtMs === null)
          await store.audited(
            audit(null, 'transfer.enrol', `subject:${subject.id}`, { invitation: id }),
            async (records) => {
              if (!(await records.useInvitation(id, wallMs()))) throw new KitError('INVITATION_USED');
              await records.changeInvitation(id, { values: { ...values, signingKey } });
            },
          );
        const { episodeId, sendUntilMs, permissions } = values;
        const enrolment: Enrolment = {
          invitation: id,
          subjectCode: subject.code,
          episodeId,
          sendUntilMs,
          permissions,
        };
        return signAnswer((await ownKeys()).signing, 'enrolled', enrolment);
      }),
    async expects(invitation) {
      await senderOf(invitation);
    },
    receive: (open) =>
      inTurn(async () => {
        try {
          return await takeIn(open, await checkBundle(open, limitBytes));
        } catch (cause) {
          const error = kitErrorOf(cause);
          // What is wrong with a row is said of the bundle that it came in.
          const named =
            error.code === 'ARCHIVE_DAMAGED'
              ? new KitError('BUNDLE_DAMAGED', error.detail)
              : error.code === 'WRONG_STATE'
                ? new KitError('BUNDLE_CONFLICT', error.detail)
                : error;
          await store.appendAudit(audit(null, 'transfer.refuse', null, { code: named.code }));
          throw named;
        }
      }),
    async received(limit) {
      const views: ReceivedBundleView[] = [];
      for (const bundle of await store.listBundles({ limit })) {
        const subject = bundle.subjectId === null ? null : await store.findSubject({ id: bundle.subjectId });
        if (bundle.status !== 'accepted') continue;
        const session = await store.sessionContext(sessionOfBundle(bundle));
        views.push(receivedView(bundle, subject?.code ?? '', session?.context ?? null));
      }
      return views;
    },
    async catchUp() {
      for (const bundle of (await store.listBundles()).reverse())
        if (bundle.status === 'accepted' && bundle.values['trials'] === null) computeLater(bundle);
    },
    settled: () => computing,
  };
}
