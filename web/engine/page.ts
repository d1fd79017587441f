/** Brings the engine to life in this page, and keeps what the page shows of it. */
import { signal } from '@preact/signals';
import { createKeptStore, type KeptStore } from '../../src/adapters/store/kept/kept-store.ts';
import { createPageTransfer, type PageTransfer } from '../../src/adapters/web-transfer/page-transfer.ts';
import type { ErrorCode } from '../../src/contract/errors.ts';
import type { Enrolment } from '../../src/contract/transfer.ts';
import { homePlace, resumable } from '../../src/gateway/home-visit.ts';
import { kitErrorOf } from '../../src/gateway/waiting.ts';
import { encodeLiveFrame, LIVE_FRAME_BYTES } from '../../src/wire/live-frame.ts';
import { receiveFrame } from '../live/live-data.ts';
import { access } from '../state/access.ts';
import { command, receiveState, useTransport } from '../state/kit-link.ts';
import { type Problem, recording } from '../state/store.ts';
import { typeSubjectCode } from '../state/visit.ts';
import { createEngine } from './engine.ts';
import { createIndexedBlobs } from './indexed-blobs.ts';
import { logFrame, logged, measuringLog } from './measuring.ts';
import { pageClinic } from './page-clinic.ts';
import { pageClock } from './page-clock.ts';
import { bluetoothOf, missingHere } from './support.ts';

export const DATABASE = 'neck-rom-home';
const VERSION = '0.1.0';
/** While visits wait for the clinic it is asked again after this pause, doubled each time, and the longest, ms. */
const RETRY_MS = 5000;
const RETRY_MAX_MS = 15 * 60_000;
/** After the end of a visit it is sent so much later, ms. */
const END_MS = 1000;
/** Said by the clinic, and no waiting changes it: a person has to. */
const FINAL: ReadonlySet<string> = new Set<ErrorCode>([
  'BUNDLE_STRANGER',
  'BUNDLE_NOT_FOR_US',
  'BUNDLE_EXPIRED',
  'BUNDLE_OTHER_SUBJECT',
  'BUNDLE_TOO_LARGE',
  'BUNDLE_CONFLICT',
]);

export interface KeptHere {
  /** The page has an invitation. */
  readonly invited: boolean;
  /** Visits that have ended and that the clinic has not confirmed. */
  readonly waiting: number;
  /** Visits that the clinic has confirmed since the page was opened. */
  readonly confirmed: number;
  readonly sending: boolean;
  /** Why the last try to send did not succeed; null: it did, or there was none. */
  readonly problem: Problem | null;
  /** A visit that was cut off, to go on with; null: none. */
  readonly interrupted: { readonly sessionId: string; readonly repetitions: number } | null;
}

/** What keeps this page from measuring at all; null: nothing. */
export const missing = signal<ErrorCode | 'PAGE_TWICE' | null>(missingHere());
export const kept = signal<KeptHere | null>(null);

const problemOf = (cause: unknown): Problem => {
  const { code, message, hint } = kitErrorOf(cause);
  return { code, message, hint };
};

let store: KeptStore;
let transfer: PageTransfer;
let enrolment: Enrolment | null = null;
let cancelRetry = 0;
let attempts = 0;

async function refresh(change: Partial<KeptHere> = {}): Promise<void> {
  const before = kept.value;
  const cut = await resumable(store, Date.now());
  kept.value = {
    invited: (await transfer.enrolment()) !== null,
    waiting: (await transfer.waiting()).length,
    confirmed: before?.confirmed ?? 0,
    sending: before?.sending ?? false,
    problem: before?.problem ?? null,
    interrupted:
      cut && cut.sessionId !== recording.value?.sessionId
        ? { sessionId: cut.sessionId, repetitions: Object.values(cut.done).reduce((sum, one) => sum + one, 0) }
        : null,
    ...change,
  };
}

/** Everything that waits goes to the clinic, oldest first; what does not stays and is tried again. */
export async function sendWaiting(): Promise<void> {
  window.clearTimeout(cancelRetry);
  if (recording.value !== null || kept.value?.sending || !(await transfer.enrolment())) return;
  const waiting = await transfer.waiting();
  if (waiting.length === 0) return;
  await refresh({ sending: true });
  let problem: Problem | null = null;
  let confirmed = kept.value?.confirmed ?? 0;
  for (const sessionId of waiting) {
    try {
      await transfer.send(sessionId);
      confirmed++;
    } catch (cause) {
      problem = problemOf(cause);
    }
  }
  attempts = problem === null ? 0 : attempts + 1;
  await refresh({ sending: false, problem, confirmed });
  if (problem !== null && !FINAL.has(problem.code)) {
    const pauseMs = Math.min(RETRY_MS * 2 ** Math.min(attempts - 1, 16), RETRY_MAX_MS);
    cancelRetry = window.setTimeout(() => void sendWaiting(), pauseMs);
  }
}

/** Goes on with the visit that was cut off. */
export async function goOn(): Promise<void> {
  const cut = kept.value?.interrupted;
  if (cut && (await command({ type: 'home-continue' }))) await refresh();
}

/** The invitation, taken out of the address at once. */
function invitationInAddress(): string | null {
  const found = /^#invitation=([0-9A-Za-z.]{1,90})$/.exec(location.hash);
  if (!found) return null;
  history.replaceState(null, '', location.pathname + location.search);
  return found[1]!;
}

/** One page at a time: two would write over each other. Held until the page is closed. */
function onlyHere(): Promise<boolean> {
  return new Promise((resolve) => {
    void navigator.locks.request(DATABASE, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise<void>(() => {});
    });
  });
}

export async function startPage(): Promise<void> {
  if (missing.value !== null) return;
  const bluetooth = bluetoothOf(navigator)!;
  const invitation = invitationInAddress();
  if (!(await onlyHere())) {
    missing.value = 'PAGE_TWICE';
    return;
  }
  store = createKeptStore(createIndexedBlobs(DATABASE));
  try {
    await store.open();
  } catch {
    missing.value = 'STORE_UNAVAILABLE';
    return;
  }
  // Asked for, not insisted on: without it a browser that runs out of room may forget what is kept here.
  await navigator.storage.persist().catch(() => false);
  transfer = createPageTransfer({ store, clinic: pageClinic, wallMs: () => Date.now() });

  const log = measuringLog();
  const frame = new ArrayBuffer(LIVE_FRAME_BYTES);
  const view = new DataView(frame);
  const engine = createEngine({
    bluetooth,
    store,
    clock: pageClock,
    version: VERSION,
    home: () => enrolment && homePlace(enrolment.subjectCode, enrolment.permissions),
    pressed: () => navigator.userActivation.isActive,
    onState(state) {
      if (log) log.state = state;
      const wasOpen = recording.value !== null;
      receiveState(state);
      if (wasOpen === (state.recording !== null)) return;
      void refresh();
      // The end of the visit is on its way to the disk.
      if (state.recording === null) window.setTimeout(() => void sendWaiting(), END_MS);
    },
    onFrame(live) {
      if (log) logFrame(log, live);
      encodeLiveFrame(view, live);
      receiveFrame(frame);
    },
  });
  useTransport(log ? logged(engine, log) : engine);
  const nobody = { demonstration: false, handle: null, subjectCode: null, lockAfterMinutes: 0 };
  access.value = { status: 'open', role: 'home', ...nobody };
  await refresh();
  if (invitation !== null) {
    const enrolled = await transfer.enrol(invitation).catch((cause: unknown) => {
      const problem = problemOf(cause);
      // The same link opened again on the same device.
      return problem.code === 'WRONG_STATE' ? null : refresh({ problem }).then(() => null);
    });
    if (enrolled !== null) await refresh({ problem: null });
  }
  enrolment = await transfer.enrolment();
  if (enrolment !== null) typeSubjectCode(enrolment.subjectCode);
  await engine.start();
  window.addEventListener('online', () => void sendWaiting());
  await sendWaiting();
}
