/** How the headband is worn, and whether it hurts. Part of the English catalogue. */

export const wear = {
  title: 'How to wear it',
  lines: [
    'Sensor in the middle of the forehead, flat side out.',
    'Strap flat around the back of the head, one finger fits under it.',
    'Hands hold below the band: fingers off it. Touched means align again.',
  ],
  picture:
    'A person lying on the back, the examiner’s hands under the head: the sensor in the middle of the forehead, the strap flat behind the head, the fingers below the band',
  hurts: {
    ask: 'Ask the patient: does the band itself hurt?',
    no: 'No',
    yes: 'Yes',
    good: 'Good. Ask again after lying down.',
    remedy:
      'Loosen the strap or shift its edge off the sore spot, then align again. If it still hurts, take the band off and do not measure.',
  },
};
