/** Words of the one-minute calibration of a sensor's gyro. Part of the German catalogue. */
import type { TumbleCode } from '../../src/contract/tumble.ts';
import type { Catalogue } from './catalogue.ts';

export const tumble: Catalogue['tumble'] = {
  title: 'Diesen Sensor kalibrieren',
  lead: 'Eine Minute in der Hand macht seine Drehungen genauer. Einmal bei einem neuen Sensor, und wieder nach einem Sturz oder einer Reparatur.',
  start: 'Kalibrieren (eine Minute)',
  again: 'Noch einmal',
  cancel: 'Abbrechen',
  close: 'Fertig',
  steps: { still: 'Hinlegen', tumble: 'Wenden', 'still-end': 'Wieder hinlegen' },
  axis: (name, percent) => `Drehung um die ${name}-Achse: ${percent}`,
  found: (serial, percent) => `Für ${serial} gespeichert, auf ${percent} % genau.`,
  alignAfter: 'Setzen Sie das Band wieder auf und richten Sie es aus.',
  codes: {
    'tumble.keep-still': 'Nehmen Sie das Band ab, legen Sie es auf den Tisch und lassen Sie es liegen.',
    'tumble.turn': 'Nehmen Sie es in die Hand und wenden Sie es langsam über alle Seiten, hin und her.',
    'tumble.turn-x': 'Fast fertig: Drehen Sie es auch um die x-Achse, in beide Richtungen.',
    'tumble.turn-y': 'Fast fertig: Drehen Sie es auch um die y-Achse, in beide Richtungen.',
    'tumble.turn-z': 'Fast fertig: Drehen Sie es auch um die z-Achse, in beide Richtungen.',
    'tumble.put-down': 'Legen Sie es wieder auf den Tisch und lassen Sie es liegen.',
    'tumble.accepted': 'Kalibriert.',
    'tumble.refused-too-little-x': 'Es wurde zu wenig um die x-Achse gedreht. Bitte noch einmal.',
    'tumble.refused-too-little-y': 'Es wurde zu wenig um die y-Achse gedreht. Bitte noch einmal.',
    'tumble.refused-too-little-z': 'Es wurde zu wenig um die z-Achse gedreht. Bitte noch einmal.',
    'tumble.refused-no-rest': 'Es wurde nicht hingelegt und liegen gelassen. Bitte noch einmal.',
    'tumble.refused-saturated': 'Es wurde schneller gedreht, als es messen kann. Bitte noch einmal, langsam.',
    'tumble.refused-gap': 'Das Signal brach ab. Bitte noch einmal, näher am Computer.',
    'tumble.refused-not-measurable': 'Die Aufzeichnung war nicht verwendbar. Bitte noch einmal.',
    'tumble.refused-not-determined': 'Das zeigte zu wenig. Wenden Sie es über alle Seiten, ohne es zu schwenken.',
    'tumble.refused-implausible': 'Das passt nicht zu dieser Art Sensor. Bitte noch einmal, ohne es zu schwenken.',
  } satisfies Readonly<Record<TumbleCode, string>> as Readonly<Record<string, string>>,
};
