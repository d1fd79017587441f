/** Brings the engine to life in this page, and keeps what the page shows of it. */
import { signal } from '@preact/signals';
import { createKeptStore } from '../../src/adapters/store/kept/kept-store.ts';
import { createPageTransfer } from '../../src/adapters/web-transfer/page-transfer.ts';
import type { ErrorCode } from '../../src/contract/errors.ts';
import { homePlace, wasCutOff } from '../../src/gateway/home-visit.ts';
import { readInvitation } from '../../src/gateway/transfer/invitation-text.ts';
import { hostTimers } from '../../src/gateway/waiting.ts';
import { encodeLiveFrame, LIVE_FRAME_BYTES } from '../../src/wire/live-frame.ts';
import { useHome } from '../home/home-port.ts';
import { trouble } from '../home/run.ts';
import { receiveFrame } from '../live/live-data.ts';
import { receiveState, useTransport } from '../state/kit-link.ts';
import { recording } from '../state/store.ts';
import { createEngine } from './engine.ts';
import { createIndexedBlobs } from './indexed-blobs.ts';
import { logFrame, logged, measuringLog } from './measuring.ts';
import { createOutbox } from './outbox.ts';
import { pageClinic } from './page-clinic.ts';
import { pageClock } from './page-clock.ts';
import { createPageHome } from './page-home.ts';
import { bluetoothOf, missingHere } from './support.ts';

export const DATABASE = 'neck-rom-home';
const VERSION = '0.1.0';
/** After the end of a visit it is sent so much later, ms: its end is on its way to the disk. */
const END_MS = 1000;

/** What keeps this page from measuring at all; null: nothing. */
export const missing = signal<ErrorCode | 'PAGE_TWICE' | null>(missingHere());
/** The engine runs, and the patient's page has what it asks. */
export const started = signal(false);

/** The invitation, taken out of the address at once. */
function invitationInAddress(): string | null {
  const found = /^#invitation=([0-9A-Za-z.]{1,90})$/.exec(location.hash);
  if (!found) return null;
  history.replaceState(null, '', location.pathname + location.search);
  return `${location.origin}/#invitation=${found[1]!}`;
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
  const store = createKeptStore(createIndexedBlobs(DATABASE));
  try {
    await store.open();
  } catch {
    missing.value = 'STORE_UNAVAILABLE';
    return;
  }
  // Asked for, not insisted on: without it a browser that runs out of room may forget what is kept here.
  await navigator.storage.persist().catch(() => false);
  const transfer = createPageTransfer({
    store,
    clinic: pageClinic,
    read: (text) => readInvitation(text, location.origin),
    wallMs: () => Date.now(),
    goesOn: (sessionId) => wasCutOff(store, sessionId, Date.now()),
  });
  const busy = (): boolean => recording.value !== null;
  const outbox = createOutbox({ transfer, timers: hostTimers, wallMs: () => Date.now(), busy });
  let enrolment = await transfer.enrolment();

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
      if (wasOpen && state.recording === null) window.setTimeout(() => void outbox.sendNow(), END_MS);
    },
    onFrame(live) {
      if (log) logFrame(log, live);
      encodeLiveFrame(view, live);
      receiveFrame(frame);
    },
  });
  useTransport(log ? logged(engine, log) : engine);
  const onEnrolled = async (): Promise<void> => {
    enrolment = await transfer.enrolment();
  };
  const home = createPageHome({ store, transfer, outbox, recording: busy, onEnrolled });
  useHome(home);
  // The same link opened again on the same device needs no answer.
  if (invitation !== null && enrolment === null) {
    const answer = await home.enrol(invitation, '');
    if (!answer.ok) trouble.value = answer.problem;
  }
  await engine.start();
  started.value = true;
  window.addEventListener('online', () => void outbox.sendNow());
  await outbox.sendNow();
}
