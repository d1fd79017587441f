import { expect, it } from 'vitest';
import { createKeptStore } from '../../../src/adapters/store/kept/kept-store.ts';
import { createPageTransfer, type PageClinic } from '../../../src/adapters/web-transfer/page-transfer.ts';
import { KitError } from '../../../src/contract/errors.ts';
import { readInvitation } from '../../../src/gateway/transfer/invitation-text.ts';
import type { NewTrial } from '../../../src/ports/session-store.ts';
import { collect, DESCRIPTION, REPETITION } from '../../contract/session-store.ts';
import { realChunk } from '../../support/filled-store.ts';
import { createMemoryBlobs } from '../../support/memory-blobs.ts';
import { CLINIC_URL, reopen, twoGateways } from '../../support/two-gateways.ts';

const START_MS = 1_700_000_000_000;

const read = (text: string) => readInvitation(text, CLINIC_URL);
const goesOn = (): Promise<boolean> => Promise.resolve(false);

async function pageAtHome() {
  const two = await twoGateways();
  const store = createKeptStore(createMemoryBlobs());
  await store.open();
  let onSend: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes;
  const clinic: PageClinic = {
    card: () => two.clinic.card(),
    enrol: ({ token, signingKey }) => two.clinic.enrol(token, signingKey),
    send: async (_invitation, bundle) => two.clinic.receive(reopen(onSend(bundle))),
  };
  const page = createPageTransfer({
    store,
    clinic,
    wallMs: () => two.time.clock.wallMs(),
    goesOn,
    read,
  });
  const made = await two.clinic.invite(null, { subjectCode: 'AB-1', clinicUrl: CLINIC_URL });
  const invitation = made.link;
  async function visit(id: string, subjectCode = 'AB-1', chunks = 60): Promise<string> {
    await store.createSession({ id, subjectCode, startedAtMs: START_MS, softwareVersion: '1', setting: 'home' });
    const streamId = `${id}-stream`;
    await store.createStream({
      id: streamId,
      sessionId: id,
      role: 'head',
      sourceId: 'radio',
      description: DESCRIPTION,
    });
    const trial: NewTrial = {
      id: `${id}-t`,
      sessionId: id,
      kind: 'crom-home',
      startedAtMs: START_MS,
      simulated: false,
      parameters: { method: 'm' },
      streamId,
    };
    await store.createTrial(trial);
    for (let i = 0; i < chunks; i++) await store.appendChunk(realChunk(streamId, i, 20));
    await store.appendRepetition(trial.id, REPETITION);
    await store.appendEvent(id, { timeUs: 1, wallMs: 2, type: 'note', values: { ä: '€' } });
    await store.finishTrial(trial.id, 'finished', START_MS + 9000, null);
    await store.endSession(id, START_MS + 10_000);
    return id;
  }
  return {
    two,
    store,
    page,
    invitation,
    visit,
    tamper: (how: typeof onSend) => {
      onSend = how;
    },
  };
}

it('brings a visit to the clinic, row for row and byte for byte, and lets go of it only then', async () => {
  const { two, store, page, invitation, visit } = await pageAtHome();
  await expect(page.send(await visit('v1'))).rejects.toMatchObject({ code: 'NOT_ENROLLED' });
  expect(await page.enrol(invitation)).toMatchObject({ subjectCode: 'AB-1' });
  const raw = (await collect(store.readChunks('v1-stream'))).map(({ bytes }) => Buffer.from(bytes).toString('hex'));
  expect(await page.waiting()).toEqual(['v1']);
  await page.send('v1');
  expect(await page.waiting()).toEqual([]);
  expect(await store.listSessions()).toEqual([]);
  const there = (await two.clinicStore.sessionDetail('v1'))!;
  expect(there).toMatchObject({ subjectCode: 'AB-1', setting: 'home', startedAtMs: START_MS });
  expect(there.trialList[0]!.repetitions).toEqual([REPETITION]);
  expect(
    (await collect(two.clinicStore.readChunks('v1-stream'))).map(({ bytes }) => Buffer.from(bytes).toString('hex')),
  ).toEqual(raw);
  expect((await two.clinicStore.listEvents('v1'))[0]!.values).toEqual({ ä: '€' });
});

it('keeps the visit while the clinic refuses it, is not there, or answers with what it did not sign', async () => {
  const { two, store, page, invitation, visit, tamper } = await pageAtHome();
  await page.enrol(invitation);
  await visit('v1');
  tamper((bytes) => bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 1 : byte)));
  await expect(page.send('v1')).rejects.toMatchObject({ code: 'BUNDLE_DAMAGED' });
  tamper(() => {
    throw new KitError('CLINIC_UNREACHABLE');
  });
  await expect(page.send('v1')).rejects.toMatchObject({ code: 'CLINIC_UNREACHABLE' });
  const stranger = await pageAtHome();
  await stranger.page.enrol(stranger.invitation);
  const lying: PageClinic = {
    card: async () => ({}),
    enrol: async () => ({}),
    send: (...all) =>
      Promise.resolve(stranger.two.clinic.card()).then(() => ({
        body: '{}',
        signature: 'A'.repeat(86),
        all: all.length,
      })),
  };
  const deceived = createPageTransfer({
    store,
    clinic: lying,
    wallMs: () => two.time.clock.wallMs(),
    goesOn,
    read,
  });
  await expect(deceived.send('v1')).rejects.toMatchObject({ code: 'CLINIC_UNTRUSTED' });
  expect(await page.waiting()).toEqual(['v1']);
  // The answer was lost on its way: sent again it counts once, and is let go of.
  tamper((bytes) => bytes);
  await visit('v2');
  await page.send('v1');
  expect(await page.waiting()).toEqual(['v2']);
});

it('does not take another clinic for the one that invited, nor a link that is not whole', async () => {
  const { page, invitation } = await pageAtHome();
  await expect(page.enrol(invitation.slice(0, -20))).rejects.toMatchObject({ code: 'INVITATION_INVALID' });
  const other = await pageAtHome();
  await expect(page.enrol(other.invitation)).rejects.toMatchObject({ code: 'CLINIC_UNTRUSTED' });
  await page.enrol(invitation);
  await expect(page.enrol(invitation)).rejects.toMatchObject({ code: 'WRONG_STATE' });
});

it('refuses the visit of another subject at the clinic', async () => {
  const { page, invitation, visit } = await pageAtHome();
  await page.enrol(invitation);
  await visit('v1', 'CD-2');
  await expect(page.send('v1')).rejects.toMatchObject({ code: 'BUNDLE_OTHER_SUBJECT' });
});
