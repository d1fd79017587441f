/** What stands beside the numbers of a result: repetitions as curves, and what goes with a movement. German. */
import type { Catalogue } from './catalogue.ts';

export const curves: Catalogue['curves'] = {
  title: 'Wiederholungen übereinander',
  help: 'Der Winkel, wie er live verlief, ab dem Beginn jeder Bewegung. Der Ring ist das Bewegungsende, wie es im Ergebnis steht.',
  loading: 'Die Kurven werden aus der Rohaufzeichnung berechnet',
  none: 'Von diesem Test liegt hier keine Rohaufzeichnung vor, daher gibt es keine Kurven.',
  label: (direction, counted, rejected) =>
    `${direction}: Kurven der Wiederholungen; gezählt ${counted === '' ? 'keine' : counted}; nicht gezählt: ${rejected}`,
  status: { counted: 'zählt', practice: 'Übung', rejected: 'zählt nicht: endet, wo das bemerkt wurde' },
};

export const quality: Catalogue['quality'] = {
  title: 'Wie die Bewegung verlief',
  help: 'Mittelwerte der gezählten Wiederholungen. „Begleitbewegung“ ist der größte andere Winkel am Ende. Gleichmäßigkeit ist der logarithmische dimensionslose Ruck: näher an null ist gleichmäßiger; Grenzwerte sind nicht veröffentlicht.',
  movement: 'Bewegung',
  conjunct: 'Begleitbewegung',
  speed: 'Höchste Geschwindigkeit',
  smoothness: 'Gleichmäßigkeit',
  dominant: 'Größter Fehler',
  angles: { flexion: 'Flexion', lateral: 'Seitneigung', axial: 'Rotation' },
  terms: {
    tilt: 'Neigung',
    heading: 'Drift der Drehung',
    alignment: 'Ausrichtung',
    hold: 'unruhiges Halten',
    device: 'Sensormaßstab',
    band: 'Band auf der Haut',
    gaps: 'fehlende Messwerte',
    scatter: 'zwischen Wiederholungen',
  },
  cyclesTitle: 'Ganze Zyklen',
  cycle: 'Hin und zurück',
  cycles: { 'flexion-extension': 'Flexion und Extension', lateral: 'Seitneigung, beide', rotation: 'Rotation, beide' },
  mean: 'Mittelwert',
  error: '± 95 %',
  published: 'Veröffentlicht (SD)',
  source: (citation, n) =>
    `Veröffentlicht: ${citation}, ${n} gesunde Erwachsene, Kopf gegen Brustkorb. Mit einem Sensor am Kopf und dem Rumpf an der Lehne ist das nicht direkt vergleichbar.`,
};
