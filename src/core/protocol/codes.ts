/**
 * Message keys that the core gives to people: what to ask for, why something was refused, what to be careful about.
 * Keys only; the words for each language live where people read them. Append only: keys are stored with results.
 */

/** `FrtView.prompt`, and the code of the 'prompt' event. `{side}` prompts exist once per side. */
export const FRT_PROMPTS = [
  /** Nothing begun yet. */
  'frt.idle',
  /** Lie the patient down, bring the neck to full flexion and keep still. */
  'frt.flex',
  /** Flexed and still: the examiner has to confirm (not automatic). */
  'frt.confirm-flexed',
  'frt.turn-left',
  'frt.turn-right',
  /** Keep the end range still. */
  'frt.hold',
  /** An angle below ten degrees counts only when it is confirmed. */
  'frt.confirm-small',
  /** Back to the start of the repetition. */
  'frt.return',
  /** The repetition is void: back to the start, then again. */
  'frt.return-void',
  'frt.finished',
  'frt.stopped',
  /** Stopped for dizziness or a sign of nerve or circulation: no further tests in this visit. */
  'frt.stopped-dizziness',
  /** The start is less, more flexed than the baseline that it has to agree with. */
  'frt.flex-more',
  'frt.flex-less',
] as const;

/** Marks on a repetition that counts all the same; also the code (with the prefix 'frt.') of a 'warning' event. */
export const FRT_WARNINGS = [
  /** Head inclination moved by more than 5 degrees from the flexed start. */
  'flexion',
  /** Closure over 3 degrees. */
  'closure',
  /** Long axis within 20 degrees of the vertical, or no accelerometer: gravity cannot check the rotation. */
  'gravity-waived',
  /** Some samples are missing, less than voids the repetition. */
  'loss',
  /** The side done is not the one asked for. */
  'other-side',
  /** The start was less flexed than the most flexed start of this trial by more than 5 degrees. */
  'less-flexed',
  /** Rotation away from the twist (side lean, flexion) at end range over 10 degrees. */
  'swing',
  /** Captured on a person's word before the hold was complete. */
  'hold-short',
  /** A sensor axis was at its limit during the repetition. */
  'saturated',
  /** The patient told of pain, of the familiar headache. */
  'pain',
  'headache',
  /** The pose taken as flexed start does not look like a supine, flexed, unturned head. */
  'start-unlikely',
  /** Faster than was asked, after it had been asked once more. */
  'fast',
  /** The trunk's sensor was not to be had: the head by itself. */
  'trunk-lost',
  /** Gyro and gravity told of different turns for a while. */
  'gravity',
] as const;

/** Codes of 'warning' events that belong to no repetition. */
export const FRT_NOTICES = [
  /** The event means nothing in this phase; it was logged and changed nothing. */
  'frt.ignored',
  /** Five attempts at end range on this side: no further ones. */
  'frt.attempts-exhausted',
  /** The flexed pose was left before the turn; it is captured anew. */
  'frt.start-lost',
  /** Pain, or the familiar headache, was told; in a turn the repetition carries it too, and the side ends with it. */
  'frt.pain',
  'frt.headache',
  'frt.dizziness',
  /** Gyro and gravity tell of different turns, now. */
  'frt.gravity',
] as const;

/** Codes of the other events; a rejection's is 'frt.rejected-' and its reason. */
export const FRT_EVENTS = [
  'frt.neutral-captured',
  /** A more flexed or later still pose took the place of the start. */
  'frt.neutral-refined',
  'frt.rotation-started',
  'frt.end-range-captured',
  'frt.returned',
  'frt.counted',
  'frt.practice',
  'frt.rejected-fast',
  'frt.rejected-flexion',
  'frt.rejected-closure',
  'frt.rejected-signal',
  'frt.rejected-gravity',
  'frt.rejected-redone',
  'frt.rejected-short',
  'frt.rejected-side',
] as const;

/** `code` of the alignment: what to do now, or why it was refused. */
export const ALIGNMENT_CODES = [
  /** Sit upright, look straight ahead, keep still. */
  'align.sit-still',
  /** Moved while keeping still was asked; it starts again by itself. */
  'align.moved',
  /** Nod chin down and come back, one to three times. */
  'align.nod',
  /** The nod was too small; once more. */
  'align.nod-small',
  /** Turn the head to the patient's left and come back. */
  'align.turn-left',
  'align.turn-small',
  'align.accepted',
  /** The nod did not happen about a level axis: band loose, a sideways nod, or not upright. */
  'align.refused-nod-axis',
  /** The nod was not one clean hinge movement. */
  'align.refused-nod-crooked',
  /** The turn went to the right, or the map is mirrored. */
  'align.refused-wrong-way',
  /** The turn did not happen about the vertical: lying down, or band moved. */
  'align.refused-turn-axis',
  /** Head or band ended elsewhere than it began. */
  'align.refused-not-back',
  /** A step took too long. */
  'align.refused-too-slow',
  /** The sensor signal broke off in the middle. */
  'align.refused-signal',
] as const;

export type FrtPrompt = (typeof FRT_PROMPTS)[number];
export type FrtWarning = (typeof FRT_WARNINGS)[number];
export type FrtNotice = (typeof FRT_NOTICES)[number];
export type FrtEventCode = (typeof FRT_EVENTS)[number];
export type AlignmentCode = (typeof ALIGNMENT_CODES)[number];
