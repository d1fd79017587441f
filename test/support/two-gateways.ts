/** A clinic and a device at home in one process, each with its own store, joined by a link without a network. */
import { createHash, randomUUID } from 'node:crypto';
import { createMemoryStore } from '../../src/adapters/store/memory-store.ts';
import { KitError } from '../../src/contract/errors.ts';
import type { BothNumbers, HomePermissions } from '../../src/contract/transfer.ts';
import { silentLog } from '../../src/gateway/log.ts';
import { type ClinicTransfer, createClinicTransfer } from '../../src/gateway/transfer/clinic.ts';
import { createHomeTransfer, type HomeTransfer } from '../../src/gateway/transfer/home.ts';
import type { BundleFiles } from '../../src/ports/bundle-files.ts';
import type { ClinicLink } from '../../src/ports/clinic-link.ts';
import type { Store } from '../../src/ports/store.ts';
import { DESCRIPTION, REPETITION } from '../contract/session-store.ts';
import { realChunk } from './filled-store.ts';
import { createVirtualTime } from './virtual-time.ts';

export const CLINIC_URL = 'https://clinic.example:8321';
export const DAY_MS = 86_400_000;

export async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** The bytes again from their beginning, in pieces that fit nothing. */
export const reopen = (bytes: Uint8Array, pieceBytes = 1789) =>
  async function* (): AsyncIterable<Uint8Array> {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  };

function memoryFiles(): BundleFiles & { readonly kept: Map<string, Buffer> } {
  const kept = new Map<string, Buffer>();
  return {
    kept,
    has: (id) => Promise.resolve(kept.has(id)),
    async write(id, pieces) {
      const bytes = await bytesOf(pieces);
      kept.set(id, bytes);
      return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
    },
    read: (id) => reopen(kept.get(id)!)(),
    remove(id) {
      kept.delete(id);
      return Promise.resolve();
    },
  };
}

/** A visit at home as the recorder leaves it. */
export async function homeVisit(store: Store, subjectCode: string, kind = 'crom-home', chunks = 40): Promise<string> {
  const [sessionId, streamId, trialId] = [randomUUID(), randomUUID(), randomUUID()];
  const startedAtMs = 1_700_000_000_000;
  const softwareVersion = '0.1.0';
  await store.createSession({ id: sessionId, subjectCode, startedAtMs, softwareVersion, setting: 'home' });
  await store.createStream({ id: streamId, sessionId, role: 'head', sourceId: 'radio', description: DESCRIPTION });
  const trial = { id: trialId, sessionId, kind, startedAtMs, simulated: true, streamId };
  await store.createTrial({ ...trial, parameters: { method: 'm/1' } });
  for (let i = 0; i < chunks; i++) await store.appendChunk(realChunk(streamId, i, 20));
  await store.appendRepetition(trialId, REPETITION);
  await store.appendEvent(sessionId, { timeUs: 1, wallMs: 2, type: 'note', values: { ä: '€' } });
  await store.finishTrial(trialId, 'finished', startedAtMs + 9000, null);
  await store.endSession(sessionId, startedAtMs + 10_000);
  return sessionId;
}

export interface TwoGateways {
  readonly clinic: ClinicTransfer;
  readonly home: HomeTransfer;
  readonly clinicStore: Store;
  readonly homeStore: Store;
  readonly files: ReturnType<typeof memoryFiles>;
  readonly time: ReturnType<typeof createVirtualTime>;
  /** What the link does to a bundle on its way; null: it arrives. */
  onSend: ((bytes: Buffer) => Buffer | KitError) | null;
  /** Bundles that were sent. */
  readonly sent: Buffer[];
  /** Everything that the clinic keeps of its subjects, to compare. */
  clinicRecords(): Promise<string>;
  invited(permissions?: Partial<HomePermissions>): Promise<string>;
}

export async function twoGateways(
  rescore: () => Promise<BothNumbers[]> = () => Promise.resolve([]),
): Promise<TwoGateways> {
  const [clinicStore, homeStore] = [createMemoryStore(), createMemoryStore()];
  await clinicStore.open();
  await homeStore.open();
  const time = createVirtualTime();
  const wallMs = () => time.clock.wallMs();
  const clinic = createClinicTransfer({
    store: clinicStore,
    wallMs,
    newId: randomUUID,
    log: silentLog,
    authority: null,
    qrSvg: (text) => Promise.resolve(`<svg>${text.length}</svg>`),
    rescore,
  });
  const sent: Buffer[] = [];
  const files = memoryFiles();
  const link: ClinicLink = {
    card: () => clinic.card(),
    enrol: (_clinic, { token, signingKey }) => clinic.enrol(token, signingKey),
    async send(_clinic, { open }) {
      const bytes = await bytesOf(open());
      sent.push(bytes);
      const arrived = two.onSend ? two.onSend(bytes) : bytes;
      if (arrived instanceof KitError) throw arrived;
      return clinic.receive(reopen(arrived));
    },
  };
  const home = createHomeTransfer({
    store: homeStore,
    link,
    files,
    timers: time.timers,
    wallMs,
    log: silentLog,
    busy: () => false,
  });
  await home.start();
  await clinicStore.createSubject({ id: 'subject-1', code: 'AB-1', createdAtMs: 0, retainUntilMs: null, values: {} });
  const two: TwoGateways = {
    clinic,
    home,
    clinicStore,
    homeStore,
    files,
    time,
    onSend: null,
    sent,
    async clinicRecords() {
      const rows: unknown[] = [];
      for (const { id } of await clinicStore.listSubjects())
        for await (const { table, row, payload } of clinicStore.subjectRecords(id))
          rows.push([table, row, payload === null ? null : Buffer.from(payload).toString('hex')]);
      return JSON.stringify([rows, await clinicStore.listBundles()]);
    },
    async invited(permissions = {}) {
      const { link: text } = await clinic.invite(null, {
        subjectCode: 'AB-1',
        clinicUrl: CLINIC_URL,
        permissions,
      });
      return text;
    },
  };
  return two;
}
