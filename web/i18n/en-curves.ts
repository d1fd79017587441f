/** What stands beside the numbers of a result: repetitions as curves, and what goes with a movement. English. */

export const curves = {
  title: 'Repetitions laid over each other',
  help: 'The angle as it ran live, from the moment each movement began. The ring is the end range as it is reported.',
  loading: 'The curves are being computed from the raw record',
  none: 'There is no raw record of this test here, so there are no curves.',
  label: (direction: string, counted: string, rejected: string) =>
    `${direction}: curves of the repetitions; counted ${counted === '' ? 'none' : counted}; not counted: ${rejected}`,
  status: { counted: 'counts', practice: 'practice', rejected: 'does not count: ends where that was seen' },
};

export const quality = {
  title: 'How it moved',
  help: 'Means over the counted repetitions. “Goes with it” is the largest other angle at the end. Smoothness is the log dimensionless jerk: nearer to zero is smoother; no limits are published.',
  movement: 'Movement',
  conjunct: 'Goes with it',
  speed: 'Peak speed',
  smoothness: 'Smoothness',
  dominant: 'Largest error',
  angles: { flexion: 'flexion', lateral: 'side bend', axial: 'rotation' },
  terms: {
    tilt: 'tilt',
    heading: 'heading drift',
    alignment: 'alignment',
    hold: 'unsteady hold',
    device: 'sensor scale',
    band: 'band on the skin',
    gaps: 'missing samples',
    scatter: 'between repetitions',
  } as Readonly<Record<string, string>>,
  cyclesTitle: 'Full cycles',
  cycle: 'There and back',
  cycles: { 'flexion-extension': 'Flexion and extension', lateral: 'Side bend, both', rotation: 'Rotation, both' },
  mean: 'Mean',
  error: '± 95 %',
  published: 'Published (SD)',
  source: (citation: string, n: string) =>
    `Published: ${citation}, ${n} healthy adults, head against thorax. With one sensor on the head and the trunk against the backrest this is not directly comparable.`,
};
