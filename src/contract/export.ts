/**
 * What leaves the kit, in the words of every export: a visit with its tests, its repetitions and its scores.
 * Degrees, seconds and degrees per second here: this is the edge. The measures' names end in their unit.
 */
import type { ExaminerCall, VisitRecord } from './visit.ts';

/** What was asked for. Nothing else leaves: an empty selection is refused, "everything" has to be said. */
export interface ExportSelection {
  readonly everything?: boolean;
  readonly subjectCode?: string;
  readonly sessionId?: string;
  /** Wall clock, first instant inside. */
  readonly fromMs?: number;
  /** Wall clock, first instant outside. */
  readonly toMs?: number;
  /** Tests by kind ('frt', 'crom', ...); left out: all of them. */
  readonly kinds?: readonly string[];
}

/** Safety screen, context and calls of a visit. */
export type ExportVisitRecord = VisitRecord;

export interface ExportSensor {
  readonly model: string;
  readonly serial: string;
  readonly firmware: string;
  readonly manufacturer: string;
}

export interface ExportRepetition {
  readonly number: number;
  /** 'left', 'flexion', 'rotation-left' and so on; 'none' where a test has no side. Always the patient's side. */
  readonly direction: string;
  readonly practice: boolean;
  readonly status: 'counted' | 'practice' | 'rejected';
  readonly reason: string | null;
  readonly warnings: readonly string[];
  readonly endReason: string | null;
  readonly startedAtMs: number;
  /** Names end in the unit: angleDeg, peakSpeedDegps, holdS. Null: there is none. */
  readonly measures: Readonly<Record<string, number | null>>;
}

/** The result of one direction of one trial, as it was shown. */
export interface ExportResult {
  readonly direction: string;
  readonly count: number;
  /** Of the test's primary measure, in the unit of its name. */
  readonly mean: number | null;
  readonly best: number | null;
  readonly spread: number | null;
  /** Standard uncertainty of the mean. */
  readonly sigma: number | null;
}

export interface ExportTrial {
  readonly id: string;
  readonly kind: string;
  readonly status: 'running' | 'finished' | 'stopped' | 'interrupted';
  readonly simulated: boolean;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** Way from samples to numbers, with its version; null when not recorded. */
  readonly method: string | null;
  /** 'examiner-passive', 'examiner-active', 'self-active'; null when not recorded. */
  readonly evidence: string | null;
  /** What the examiner said before a degree was shown; null: not asked. */
  readonly examinerCall: string | null;
  /** 'radio', 'simulator' or 'replay'; null when not recorded. */
  readonly source: string | null;
  readonly sensor: ExportSensor | null;
  /** Null or left out: nothing was kept of it. */
  readonly marks?: ExportTrialMarks | null;
  readonly repetitions: readonly ExportRepetition[];
  /** Empty: computed from the counted repetitions. */
  readonly results: readonly ExportResult[];
}

export interface ExportScore {
  /** Instrument's id: 'ndi', 'hit6', ... */
  readonly instrument: string;
  readonly total: number | null;
  /** Why there is no total; null when there is one. */
  readonly reason: string | null;
  readonly atMs: number;
}

/** What was marked of one test. */
export interface ExportTrialMarks {
  readonly treatment: 'before' | 'after' | null;
  /** Null: not kept. */
  readonly blinded: boolean | null;
  /** By direction. */
  readonly calls: Readonly<Record<string, ExaminerCall>>;
  /** The familiar headache was reproduced; null: not asked. */
  readonly familiar: boolean | null;
  readonly familiarAfterS: number | null;
  readonly familiarGoneAtNeutral: boolean | null;
}

/** What was asked around the tests, as the table of visits has it. */
export interface ExportVisitContext {
  /** One word: clear, precautions-weighed, overridden, open, stop, not-asked. */
  readonly screen: string;
  readonly override: string | null;
  readonly endedBy: string | null;
  readonly headacheNow: number | null;
  readonly analgesic6h: boolean | null;
  readonly couchAngleDeg: number | null;
  readonly examinerCode: string | null;
  readonly blinded: boolean | null;
  readonly treatment: string | null;
  /** Of the last Flexion-Rotation Test. */
  readonly frt: ExportTrialMarks | null;
}

/** What a visit came to, of a visit that was taken in from the CSV tables: as they said it, not worked out again. */
export interface ImportedVisit {
  readonly simulated: boolean;
  readonly testsDone: readonly string[];
  readonly examinerCall: string | null;
  readonly differenceDeg: number | null;
  readonly sensor: { readonly model: string | null; readonly serial: string | null; readonly firmware: string | null };
  readonly method: string | null;
  readonly context: ExportVisitContext;
  /** By the name of the measure in the table: "frt_left". */
  readonly outcomes: Readonly<
    Record<
      string,
      {
        readonly mean: number | null;
        readonly best: number | null;
        readonly spread: number | null;
        readonly sigma: number | null;
        readonly count: number;
        readonly endReason: string | null;
        readonly reason: 'not-done' | 'none-counted' | 'interrupted' | 'stopped' | 'not-reached' | null;
      }
    >
  >;
}

export interface ExportVisit {
  readonly subjectCode: string;
  readonly sessionId: string;
  readonly episodeId: string | null;
  readonly setting: 'clinic' | 'home';
  /** Pseudonymous; null when not recorded. */
  readonly examiner: string | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly softwareVersion: string;
  /** True when any part of it was made by a simulator. */
  readonly simulated: boolean;
  /** Only of a visit that came from a table of visits. */
  readonly imported?: ImportedVisit;
  readonly trials: readonly ExportTrial[];
  readonly scores: readonly ExportScore[];
  /** Null where none was kept. */
  readonly visit: ExportVisitRecord | null;
}

/** What a dry run tells: how much would leave, without a file. */
export interface ExportSummary {
  readonly format: string;
  readonly subjects: number;
  readonly visits: number;
  readonly rows: number;
  readonly bytes: number;
  /** SHA-256 of the bytes, lower-case hex. */
  readonly sha256: string;
}
