/** The second sensor, on the trunk, on the align screen. Part of the English catalogue. */

export const trunk = {
  title: 'Sensor on the trunk',
  lead: 'On the breastbone. Two movements, seated, so that a trunk that turns along is taken out of the angles.',
  start: 'Align the trunk',
  again: 'Align the trunk again',
  cancel: 'Cancel',
  aligned: 'Aligned: the tests measure the neck against the trunk.',
  notAligned: 'Not aligned: the tests measure the head alone.',
  codes: {
    'align.sit-still': 'Sit upright, look straight ahead, keep still.',
    'align.moved': 'The trunk moved. Keep still; it starts again by itself.',
    'align.trunk-bow': 'Bow forward from the hips and come back up.',
    'align.trunk-bow-small': 'A little further: bow forward from the hips.',
    'align.trunk-turn-left': 'Turn the shoulders to the patient’s own left and come back.',
    'align.trunk-turn-small': 'A little further to the left, please.',
    'align.accepted': 'The sensor on the trunk sits well.',
    'align.refused-nod-axis': 'The bow was not straight forward, or the sensor is loose.',
    'align.refused-nod-crooked': 'The bow was not one clean movement. Straight forward and back.',
    'align.refused-wrong-way': 'The trunk turned to the right. Left is the patient’s own left.',
    'align.refused-turn-axis': 'The turn was not about the vertical: leaning, or the sensor has moved.',
    'align.refused-not-back': 'The trunk ended elsewhere than it began.',
    'align.refused-too-slow': 'The movement did not come in time.',
    'align.refused-signal': 'The signal of the trunk’s sensor broke off.',
  } as Readonly<Record<string, string>>,
};
