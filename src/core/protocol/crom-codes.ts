/** Message keys of the CROM machine. Keys only; words live where people read them. Append only: stored with results. */

export const CROM_PROMPTS = [
  /** Nothing begun yet. */
  'crom.idle',
  /** Sit upright, look straight ahead, keep still. */
  'crom.neutral',
  /** Still: the examiner has to confirm the neutral (not automatic). */
  'crom.confirm-neutral',
  'crom.flexion',
  'crom.extension',
  'crom.lateral-left',
  'crom.lateral-right',
  'crom.rotation-left',
  'crom.rotation-right',
  'crom.hold',
  /** An angle below ten degrees counts only when it is confirmed. */
  'crom.confirm-small',
  'crom.return',
  'crom.return-void',
  'crom.finished',
  'crom.stopped',
  /** Stopped for dizziness or a sign of nerve or circulation: no further tests in this visit. */
  'crom.stopped-dizziness',
] as const;

/** Marks on a repetition that counts all the same; with the prefix 'crom.' also codes of 'warning' events. */
export const CROM_WARNINGS = [
  /** Another movement was done than the one asked for. */
  'other-direction',
  /** The return ended more than this far from the start. */
  'closure',
  /** No stop at neutral: the next movement went on through it. */
  'no-stop',
  /** A conjunct angle is more than half of the primary one. */
  'conjunct',
  'loss',
  'hold-short',
  'saturated',
  'pain',
  'headache',
  /** The neutral lies away from the trial's first one. */
  'neutral-moved',
  /** Faster than was asked, after it had been asked once more. */
  'fast',
  /** The neck's own neutral has moved: the trunk's sensor has the trunk taken out. */
  'neutral-shifted',
  /** The trunk's sensor was not to be had: the head by itself. */
  'trunk-lost',
] as const;

export const CROM_NOTICES = [
  /** The event means nothing in this phase; it changed nothing. */
  'crom.ignored',
  /** The neutral was left or lost before a movement; it is captured anew. */
  'crom.neutral-lost',
  'crom.pain',
  'crom.headache',
  'crom.dizziness',
] as const;

export const CROM_EVENTS = [
  'crom.neutral-captured',
  'crom.movement-started',
  'crom.end-range-captured',
  'crom.returned',
  'crom.counted',
  'crom.warm-up',
  'crom.rejected-signal',
  'crom.rejected-short',
  'crom.rejected-closure',
  'crom.rejected-extra',
  'crom.rejected-redone',
  'crom.rejected-fast',
  'crom.rejected-moved',
] as const;

export type CromPrompt = (typeof CROM_PROMPTS)[number];
export type CromWarning = (typeof CROM_WARNINGS)[number];
export type CromCode = CromPrompt | (typeof CROM_NOTICES)[number] | (typeof CROM_EVENTS)[number];
