/**
 * A stored trial for playing again: its session's raw chunks through the path that they took when they came, and what that
 * path published while this trial ran. Nothing is recorded, and no sensor's place is taken.
 */
import { KitError } from '../contract/errors.ts';
import type { ReplayEvent, ReplayMeta, ReplayStep } from '../contract/replay.ts';
import type { DeviceDriver } from '../devices/driver.ts';
import type { SessionStore } from '../ports/session-store.ts';
import { encodeLiveFrame, LIVE_FRAME_BYTES } from '../wire/live-frame.ts';
import type { KitParts } from './kit-parts.ts';
import { rescoreSession } from './rescore.ts';

/** Shown on after the end, s: the last return is seen. */
const AFTER_S = 1;
/** An hour at 200 Hz would be 80 MB: a trial is minutes. */
const MAX_FRAMES = 200_000;

export interface Replay {
  readonly meta: ReplayMeta;
  readonly frames: Uint8Array;
}

/** Rejects with NOT_FOUND; with WRONG_STATE where the record does not hold the trial's raw data. */
export async function replayTrial(
  deps: { store: SessionStore; drivers: readonly DeviceDriver[]; parts: KitParts },
  sessionId: string,
  trialId: string,
): Promise<Replay> {
  const session = await deps.store.sessionDetail(sessionId);
  const trial = session?.trialList.find(({ id }) => id === trialId);
  if (!trial) throw new KitError('NOT_FOUND', `trial ${trialId}`);
  const events: ReplayEvent[] = [];
  const steps: ReplayStep[] = [];
  const pieces: Uint8Array[] = [];
  let inside = false;
  let endedAtS = Number.POSITIVE_INFINITY;
  let fromS = Number.NaN;
  let toS = Number.NaN;
  await rescoreSession(
    deps,
    sessionId,
    (frame) => {
      if (!inside || frame.timeS > endedAtS + AFTER_S || pieces.length >= MAX_FRAMES) return;
      if (Number.isNaN(fromS)) fromS = frame.timeS;
      toS = frame.timeS;
      const bytes = new Uint8Array(LIVE_FRAME_BYTES);
      encodeLiveFrame(new DataView(bytes.buffer), frame);
      pieces.push(bytes);
    },
    {
      began(id) {
        inside = id === trialId;
      },
      told(timeS, told, view) {
        if (!inside) return;
        for (const { timeS: atS, type, code, side } of told) events.push({ timeS: atS, type, code, side });
        const { phase, prompt, direction, repetitions } = view;
        const last = steps.at(-1);
        if (last?.phase !== phase || last.prompt !== prompt || last.repetitions !== repetitions)
          steps.push({ timeS, phase, prompt, direction, repetitions });
        // Taken back after the end, it goes on.
        endedAtS = phase === 'finished' || phase === 'stopped' ? timeS : Number.POSITIVE_INFINITY;
      },
      examiner(timeS, event) {
        if (inside) events.push({ timeS, type: 'examiner', code: event, side: null });
      },
    },
  );
  if (pieces.length === 0) throw new KitError('WRONG_STATE', 'the record does not hold the raw data of this test');
  const frames = new Uint8Array(pieces.length * LIVE_FRAME_BYTES);
  for (const [i, piece] of pieces.entries()) frames.set(piece, i * LIVE_FRAME_BYTES);
  const { kind, simulated } = trial;
  return { meta: { sessionId, trialId, kind, simulated, frames: pieces.length, fromS, toS, events, steps }, frames };
}
