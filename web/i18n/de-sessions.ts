/** The list of sessions and one session. Part of the German catalogue. */
import type { Catalogue } from './catalogue.ts';

export const sessions: Catalogue['sessions'] = {
  title: 'Sitzungen',
  lead: 'Alles, was auf diesem Computer aufgezeichnet ist, das Neueste zuerst.',
  none: 'Noch nichts aufgezeichnet. Eine Sitzung beginnt mit dem ersten Test.',
  loading: 'Wird geladen',
  failed: 'Die Liste ließ sich nicht laden.',
  retry: 'Erneut versuchen',
  csvAll: 'Alles als CSV herunterladen',
  csv: 'CSV',
  csvFor: (code) => `CSV von ${code}`,
  open: (code) => `${code} öffnen`,
  columns: {
    subject: 'Patientencode',
    started: 'Begonnen',
    recorded: 'Aufgezeichnet',
    trials: 'Tests',
    left: 'Links',
    right: 'Rechts',
    file: 'Datei',
  },
  running: 'läuft',
  seconds: (s) => `${s} s`,
  minutes: (m, s) => `${m} min ${s} s`,
  back: 'Alle Sitzungen',
  detailTitle: (code) => `Sitzung von ${code}`,
  trial: (n) => `Test ${n}`,
  trialStatus: {
    running: 'läuft',
    finished: 'abgeschlossen',
    stopped: 'abgebrochen',
    interrupted: 'unterbrochen',
  },
  noTrials: 'In dieser Sitzung gibt es keinen Test.',
  noResult: 'Kein Ergebnis: Der Test kam nicht zum Ende.',
  noRepetition: 'In diesem Test wurde keine Wiederholung abgeschlossen.',
};
