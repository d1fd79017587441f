/** A visit at home: begun by the patient's own answers, gone on with after it was cut off, led by the machine alone. */
import type { Command } from '../contract/commands.ts';
import { KitError } from '../contract/errors.ts';
import type { Enrolment, HomePermissions, HomeView, Outgoing } from '../contract/transfer.ts';
import { homeRangeOfMotion } from '../core/protocol/crom-home.ts';
import { homeFlexionRotation } from '../core/protocol/home-flexion-rotation.ts';
import type { CommonSettings } from '../core/protocol/protocol.ts';
import { protocolOf } from '../core/protocol/registry.ts';
import { radFromDeg } from '../core/units.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { VisitKeeper } from './visit-keeper.ts';

/** Whose device this is, and what the clinic has noted; from the invitation. */
export interface HomePlace {
  readonly subjectCode: string;
  readonly seenPrecautions: readonly string[];
  /** Start of the baseline of the active turn in flexion, deg; null: the measure is not offered. */
  readonly baselineFlexionDeg: number | null;
}

export const homePlace = (subjectCode: string, permissions: HomePermissions): HomePlace => ({
  subjectCode,
  seenPrecautions: permissions.seenPrecautions,
  baselineFlexionDeg: permissions.flexionRotation ? permissions.baselineFlexionDeg : null,
});

export type HomeCommand = Extract<Command, { type: `home-${string}` }>;
export const isHomeCommand = (command: Command): command is HomeCommand => command.type.startsWith('home-');

/** A visit that was cut off can be gone on with for so long, ms: the day of the visit. */
export const RESUME_WITHIN_MS = 12 * 3_600_000;

export interface Resumable {
  readonly sessionId: string;
  readonly startedAtMs: number;
  /** Repetitions that were done, by direction; no two tests have a direction in common. */
  readonly done: Readonly<Record<string, number>>;
}

const isHomeTest = (kind: string): boolean => protocolOf(kind)?.atHome === true;

/** Of one session, what its home tests have come to, what was done to get used to it included. */
export async function doneAtHome(
  store: SessionStore,
  sessionId: string,
  of: (kind: string) => boolean = isHomeTest,
): Promise<Record<string, number>> {
  const done: Record<string, number> = {};
  for (const trial of (await store.sessionDetail(sessionId))?.trialList ?? [])
    if (of(trial.kind))
      for (const { direction, status } of trial.repetitions)
        if (status !== 'rejected') done[direction] = (done[direction] ?? 0) + 1;
  return done;
}

/** True while not every movement that was asked for has been done, and nobody has stopped the test. */
export async function wasCutOff(store: SessionStore, sessionId: string, wallMs: number): Promise<boolean> {
  const detail = await store.sessionDetail(sessionId);
  if (detail?.setting !== 'home' || wallMs - detail.startedAtMs > RESUME_WITHIN_MS) return false;
  const last = detail.trialList.findLast((trial) => isHomeTest(trial.kind));
  return last?.status === 'interrupted';
}

/** The newest visit at home that a crash, a lid or an empty battery cut off; null: none. */
export async function resumable(store: SessionStore, wallMs: number): Promise<Resumable | null> {
  const [newest] = await store.listSessions({ limit: 1 });
  if (!newest || !(await wasCutOff(store, newest.id, wallMs))) return null;
  return {
    sessionId: newest.id,
    startedAtMs: newest.startedAtMs,
    done: await doneAtHome(store, newest.id),
  };
}

/** The device as the patient's page sees it. While a visit is open there is none to go on with. */
export async function homeViewOf(
  terms: Enrolment | null,
  deps: {
    readonly store: SessionStore;
    readonly wallMs: number;
    readonly recording: boolean;
    readonly outgoing: readonly Outgoing[];
  },
): Promise<HomeView> {
  const found = deps.recording ? null : await resumable(deps.store, deps.wallMs);
  return {
    enrolled: terms !== null,
    subjectCode: terms?.subjectCode ?? null,
    permissions: terms?.permissions ?? null,
    resume: found && { startedAtMs: found.startedAtMs, done: { ...found.done } },
    outgoing: [...deps.outgoing],
  };
}

export async function executeHome(
  command: HomeCommand,
  deps: {
    readonly place: () => HomePlace | null;
    readonly store: SessionStore;
    readonly visits: VisitKeeper;
    readonly wallMs: () => number;
    readonly sessionId: () => string | null;
    readonly begin: (place: HomePlace) => Promise<string>;
    readonly goOn: (sessionId: string) => Promise<void>;
    readonly end: () => Promise<void>;
    readonly startTrial: (protocolId: string, settings: CommonSettings) => Promise<void>;
  },
): Promise<void> {
  const { visits, store } = deps;
  const place = deps.place();
  if (!place) throw new KitError('NOT_ENROLLED');
  switch (command.type) {
    case 'home-start': {
      const sessionId = await deps.begin(place);
      visits.begin(sessionId, false, { place: 'home', accepted: place.seenPrecautions });
      const { headacheNow, analgesic6h } = command;
      const answers = Object.entries(command.answers).map(([key, yes]) => ({ type: 'answer', key, yes }) as const);
      try {
        visits.apply([
          ...answers,
          ...(headacheNow === null ? [] : [{ type: 'headache-now', value: headacheNow } as const]),
          ...(analgesic6h === null ? [] : [{ type: 'analgesic', taken: analgesic6h } as const]),
        ]);
        visits.requireTest();
      } catch (cause) {
        // The answers stay on the record: the clinic has to see that somebody stopped here, and why.
        await deps.end();
        throw cause;
      }
      return;
    }
    case 'home-continue': {
      const found = await resumable(store, deps.wallMs());
      if (!found) throw new KitError('NOT_FOUND', 'there is no visit to go on with');
      return deps.goOn(found.sessionId);
    }
    case 'home-trial': {
      const sessionId = deps.sessionId();
      if (sessionId === null) throw new KitError('WRONG_STATE', 'no session is open');
      const { protocol } = command;
      const already = await doneAtHome(store, sessionId, (kind) => kind === protocol);
      if (protocol === homeRangeOfMotion.id) return deps.startTrial(protocol, { autoConfirm: true, already });
      if (place.baselineFlexionDeg === null) throw new KitError('HOME_TURN_NOT_OFFERED');
      const baselineStartRad = radFromDeg(place.baselineFlexionDeg);
      return deps.startTrial(homeFlexionRotation.id, { autoConfirm: true, already, baselineStartRad });
    }
  }
}
