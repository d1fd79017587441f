/** The alignment led by the examiner's hands, on the align screen. Part of the English catalogue. */

export const alignLead = {
  title: 'Who moves the head',
  patient: 'The patient moves',
  examiner: 'I move the head',
  help: 'Where turning hurts: your hands lead, half the movement is enough, and the stated uncertainty is larger.',
  /** Shown with the outcome. */
  led: (deg: string) => `Led by the examiner’s hands; axes known to ± ${deg}°.`,
  inSession: 'Aligned by movements that the examiner led.',
  steps: {
    still: { title: 'Hold the head still', text: 'Hands on the sides of the head, below the band, for three seconds.' },
    nod: { title: 'Lead a small nod', text: 'Chin down by about ten degrees, and back up.' },
    'turn-left': {
      title: 'Lead a turn to the patient’s left',
      text: 'About fifteen degrees to the patient’s own left, and back.',
    },
  },
  phase: {
    still: 'Hold the head upright and still.',
    nod: 'Now lead a small nod: chin down, and back up.',
    'turn-left': 'Now lead a turn to the patient’s left, and back.',
  } as Readonly<Record<string, string>>,
  codes: {
    'align.sit-still': 'Eyes level. Hold the head still, fingers off the band.',
    'align.nod': 'Lead the chin down and back up, as far as it does not hurt.',
    'align.nod-small': 'A little further: chin down by about ten degrees.',
    'align.turn-left': 'Lead the head to the patient’s own left and back.',
    'align.turn-small': 'A little further to the patient’s left.',
  } as Readonly<Record<string, string>>,
};
