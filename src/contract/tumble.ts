/** The guided tumble of one sensor as a dashboard sees it: what to do now, how far it has come, what it found. */
import { z } from 'zod';

/** What to do now, how it went, or why it was refused. Append only. */
export const TUMBLE_CODES = [
  'tumble.keep-still',
  'tumble.turn',
  /** Only turning about this axis is missing. */
  'tumble.turn-x',
  'tumble.turn-y',
  'tumble.turn-z',
  'tumble.put-down',
  'tumble.accepted',
  'tumble.refused-too-little-x',
  'tumble.refused-too-little-y',
  'tumble.refused-too-little-z',
  'tumble.refused-no-rest',
  'tumble.refused-saturated',
  'tumble.refused-gap',
  'tumble.refused-not-measurable',
  'tumble.refused-not-determined',
  'tumble.refused-implausible',
] as const;
export type TumbleCode = (typeof TUMBLE_CODES)[number];

export const tumbleStateSchema = z.object({
  /** Place of the sensor. */
  index: z.number().int(),
  phase: z.enum(['still', 'tumble', 'still-end', 'accepted', 'rejected']),
  code: z.enum(TUMBLE_CODES),
  /** Of the turning, 0..1. */
  progress: z.number(),
  /** Share of the turning wanted about each axis of the sensor, the lesser of both directions, 0..1. */
  coverage: z.array(z.number()).readonly(),
  /** What was found and stored for this unit; null until accepted. */
  result: z
    .object({
      serial: z.string(),
      /** Correction of each axis, per cent. */
      scalePercent: z.array(z.number()).readonly(),
      /** The largest of the six cross-axis terms, per cent. */
      crossAxisPercent: z.number(),
      /** The largest standard uncertainty of the nine elements, per cent. */
      sigmaPercent: z.number(),
    })
    .nullable(),
});
export type TumbleState = z.infer<typeof tumbleStateSchema>;
