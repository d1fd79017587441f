/** Visits that have ended go to the clinic, oldest first, tried until it has confirmed them; what it refuses stays. */
import type { PageTransfer } from '../../src/adapters/web-transfer/page-transfer.ts';
import type { Outgoing } from '../../src/contract/transfer.ts';
import { isFinal, pauseMs } from '../../src/gateway/transfer/retry.ts';
import { createSerialQueue, kitErrorOf } from '../../src/gateway/waiting.ts';
import type { Timers } from '../../src/ports/timers.ts';

/** A visit that is not being recorded any more and has no end yet: it is on its way to the disk; looked at again after, ms. */
const ENDING_MS = 2000;

export interface Outbox {
  /** What waits, and what was confirmed since the page was opened. */
  outgoing(): Promise<readonly Outgoing[]>;
  /** Tries at once what waits. Never rejects. */
  sendNow(): Promise<void>;
  stop(): void;
}

export function createOutbox(deps: {
  readonly transfer: PageTransfer;
  readonly timers: Timers;
  readonly wallMs: () => number;
  /** A visit is open: nothing is packed while samples come in. */
  readonly busy: () => boolean;
}): Outbox {
  const { transfer, timers, wallMs } = deps;
  const inTurn = createSerialQueue();
  /** Of every visit that was tried, what came of it. */
  const tried = new Map<string, Outgoing>();
  let cancel = (): void => {};
  let stopped = false;

  const fresh = (sessionId: string): Outgoing => ({
    sessionId,
    state: 'waiting',
    attempts: 0,
    bundleHash: null,
    bytes: 0,
    nextAtMs: wallMs(),
    confirmedAtMs: null,
    problem: null,
  });

  async function sendOne(sessionId: string): Promise<void> {
    const before = tried.get(sessionId) ?? fresh(sessionId);
    try {
      const { bundleHash, bytes } = await transfer.send(sessionId);
      const confirmed = { state: 'confirmed', nextAtMs: null, confirmedAtMs: wallMs(), problem: null } as const;
      tried.set(sessionId, { ...before, ...confirmed, bundleHash, bytes });
    } catch (cause) {
      const { code } = kitErrorOf(cause);
      const attempts = before.attempts + 1;
      const final = isFinal(code);
      const nextAtMs = final ? null : wallMs() + pauseMs(attempts);
      tried.set(sessionId, { ...before, state: final ? 'refused' : 'waiting', attempts, nextAtMs, problem: code });
    }
  }

  async function round(): Promise<void> {
    cancel();
    if (stopped || deps.busy() || (await transfer.enrolment()) === null) return;
    for (const sessionId of await transfer.waiting())
      if (tried.get(sessionId)?.state !== 'refused' && !stopped) await sendOne(sessionId);
    const due = [...tried.values()].filter(({ state }) => state === 'waiting').map(({ nextAtMs }) => nextAtMs ?? 0);
    if (await transfer.ending()) due.push(wallMs() + ENDING_MS);
    if (due.length > 0 && !stopped)
      cancel = timers.after(Math.max(1000, Math.min(...due) - wallMs()), () => void sendNow());
  }
  const sendNow = (): Promise<void> => inTurn(round).catch(() => undefined);

  return {
    async outgoing() {
      const waiting = (await transfer.waiting()).map((sessionId) => tried.get(sessionId) ?? fresh(sessionId));
      return [...[...tried.values()].filter(({ state }) => state === 'confirmed'), ...waiting];
    },
    sendNow,
    stop() {
      stopped = true;
      cancel();
    },
  };
}
