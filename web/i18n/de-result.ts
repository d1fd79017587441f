/** The result of a test. Part of the German catalogue. */
import type { FrtWarning } from '../../src/core/protocol/codes.ts';
import type { Catalogue } from './catalogue.ts';

export const result: Catalogue['result'] = {
  title: 'Ergebnis',
  lead: 'Rotation in voller Flexion, Mittelwert der gezählten Wiederholungen je Seite.',
  none: 'Es gibt noch kein Ergebnis. Es erscheint hier nach einem Test.',
  noneYet: 'In diesem Termin gibt es noch kein Ergebnis. Frühere stehen in der Liste der Termine.',
  nothingDone: 'Der Test endete vor der ersten Wiederholung, daher gibt es kein Ergebnis.',
  nothingCounted:
    'Keine Wiederholung zählt, daher gibt es kein Ergebnis. Der Grund steht neben jeder; alle sind aufgezeichnet.',
  toTest: 'Zum Test',
  subject: 'Patientencode',
  picture: (left, right, reference) =>
    `Skala: links ${left}, rechts ${right}, Referenzlinie bei ${reference} auf beiden Seiten`,
  left: 'Links',
  right: 'Rechts',
  mean: 'Mittelwert',
  best: 'Größter Wert',
  spread: 'Streuung',
  uncertainty: 'Messunsicherheit (95 %)',
  plusMinus: (deg) => `± ${deg}`,
  fromCount: (count) => (count === 1 ? 'aus 1 Wiederholung' : `aus ${count} Wiederholungen`),
  counted: 'Im Mittelwert',
  difference: 'Seitendifferenz',
  differenceMore: { left: 'mehr nach links', right: 'mehr nach rechts', none: 'kein Unterschied' },
  differenceWithin: 'innerhalb der Messunsicherheit',
  unit: '°',
  reference: {
    below: (label) => `unter dem gewählten veröffentlichten Referenzwert (${label})`,
    above: (label) => `über dem gewählten veröffentlichten Referenzwert (${label})`,
    'within-error': (label) =>
      `innerhalb der Messunsicherheit um den gewählten veröffentlichten Referenzwert (${label})`,
    'not-comparable': (label: string) =>
      `mit dem gewählten veröffentlichten Referenzwert (${label}) nicht unmittelbar vergleichbar`,
    'too-uncertain': () => 'zu unsicher für einen Vergleich mit einem Referenzwert',
    unknown: () => 'keine gezählte Wiederholung auf dieser Seite',
  },
  referenceLine: (label) => `Referenz ${label}`,
  compass: (deg: string) =>
    `Ein Kompass auf dem Kopf hätte in dieser Lage ${deg} angezeigt; die Quelle nennt ihr Messgerät nicht.`,
  instruments: {
    'hall-2010a':
      'Das Messgerät der Quelle ist im Gelesenen nicht genannt; spätere Studien der Gruppe nutzten einen Kompass auf dem Scheitel.',
    'hall-2010b':
      'Das Messgerät der Quelle ist im Gelesenen nicht genannt; spätere Studien der Gruppe nutzten einen Kompass auf dem Scheitel.',
  } as Readonly<Record<string, string>>,
  referenceSource: 'Quelle des Referenzwerts',
  method: 'Drehung um die Längsachse des Kopfes ab der flektierten Ausgangsstellung, Median über die Haltephase.',
  caution:
    'Misst und dokumentiert Bewegungen der Halswirbelsäule. Stellt keine Diagnose. Referenzwerte stammen aus veröffentlichten Gruppen, die mit anderen Geräten gemessen wurden, und sind möglicherweise nicht übertragbar.',
  table: {
    title: 'Wiederholungen',
    number: 'Nr.',
    side: 'Seite',
    angle: 'Winkel',
    error: '± 95 %',
    gravity: 'Aus Schwerkraft',
    closure: 'Rückkehrfehler',
    speed: 'Höchste Drehrate',
    hold: 'Haltezeit',
    status: 'Zählt',
    painNote:
      'Eine Wiederholung, die durch Schmerz endete, bleibt aus dem Mittelwert, wenn es auf dieser Seite andere gibt, die nicht durch Schmerz endeten.',
  },
  onlyBySymptom: 'Durch Schmerz oder Kopfschmerz beendet: der Bewegungsumfang kann größer sein.',
  endedByPain: 'durch Schmerz beendet',
  endedByHeadache: 'durch den bekannten Kopfschmerz beendet',
  notInMean: 'nicht im Mittelwert',
  status: { counted: 'ja', practice: 'Probe', rejected: 'nein' },
  warnings: {
    flexion: 'Flexion verändert',
    closure: 'Rückkehr ungenau',
    'gravity-waived': 'ohne Schwerkraftkontrolle',
    loss: 'einige Messwerte fehlen',
    'other-side': 'andere Seite als verlangt',
    'less-flexed': 'anfangs weniger flektiert',
    swing: 'am Ende ausgewichen',
    'hold-short': 'Halten verkürzt',
    saturated: 'Sensor am Messbereichsende',
    pain: 'Schmerz',
    headache: 'bekannter Kopfschmerz',
    gravity: 'Drehrate und Schwerkraft uneins',
    'trunk-lost': 'Rumpfsensor weg: Kopf allein',
    'start-unlikely': 'Ausgangsstellung unwahrscheinlich',
    fast: 'schneller als verlangt',
  } satisfies Readonly<Record<FrtWarning, string>> as Readonly<Record<string, string>>,
  csv: 'CSV herunterladen',
  again: 'Neuer Test',
  finish: 'Termin abschließen',
  session: 'Sitzung öffnen',
  stopped: 'Der Test wurde vor dem Ende abgebrochen.',
  interrupted: 'Das Gateway wurde während dieses Tests beendet; das bis dahin Aufgezeichnete ist erhalten.',
  running: 'Dieser Test läuft noch.',
};
