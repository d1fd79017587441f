/** Words of the one-minute calibration of a sensor's gyro. Part of the English catalogue. */
import type { TumbleCode } from '../../src/contract/tumble.ts';

export const tumble = {
  title: 'Calibrate this sensor',
  lead: 'One minute in the hand makes its turns more exact. Once for a new sensor, and again when it was dropped or repaired.',
  start: 'Calibrate (one minute)',
  again: 'Do it again',
  cancel: 'Cancel',
  close: 'Done',
  steps: { still: 'Lay it down', tumble: 'Turn it over', 'still-end': 'Lay it down again' },
  axis: (name: string, percent: string) => `Turning about its ${name} axis: ${percent}`,
  found: (serial: string, percent: string) => `Kept for ${serial}, to within ${percent} %.`,
  alignAfter: 'Put the band on again and align it.',
  codes: {
    'tumble.keep-still': 'Take the band off, lay it on the table and leave it there.',
    'tumble.turn': 'Take it in the hand and turn it slowly over on all its sides, this way and that.',
    'tumble.turn-x': 'Nearly there: turn it about its x axis too, both ways.',
    'tumble.turn-y': 'Nearly there: turn it about its y axis too, both ways.',
    'tumble.turn-z': 'Nearly there: turn it about its z axis too, both ways.',
    'tumble.put-down': 'Lay it on the table again and leave it there.',
    'tumble.accepted': 'Calibrated.',
    'tumble.refused-too-little-x': 'It was turned too little about its x axis. Please do it again.',
    'tumble.refused-too-little-y': 'It was turned too little about its y axis. Please do it again.',
    'tumble.refused-too-little-z': 'It was turned too little about its z axis. Please do it again.',
    'tumble.refused-no-rest': 'It was not laid down and left alone. Please do it again.',
    'tumble.refused-saturated': 'It was turned faster than it can measure. Do it again, slowly.',
    'tumble.refused-gap': 'The signal broke off. Do it again closer to the computer.',
    'tumble.refused-not-measurable': 'The record could not be used. Please do it again.',
    'tumble.refused-not-determined': 'That showed too little. Turn it on all its sides, without swinging it.',
    'tumble.refused-implausible': 'That does not look like this kind of sensor. Do it again, without swinging it.',
  } satisfies Readonly<Record<TumbleCode, string>> as Readonly<Record<string, string>>,
};
