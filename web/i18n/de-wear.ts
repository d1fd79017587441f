/** How the headband is worn, and whether it hurts. Part of the German catalogue. */
import type { Catalogue } from './catalogue.ts';

export const wear: Catalogue['wear'] = {
  title: 'So sitzt es richtig',
  lines: [
    'Sensor in die Mitte der Stirn, flache Seite nach außen.',
    'Band flach um den Hinterkopf, ein Finger passt darunter.',
    'Die Hände halten unterhalb: Finger weg vom Band. Berührt heißt neu ausrichten.',
  ],
  picture:
    'Eine Person in Rückenlage, die Hände der untersuchenden Person unter dem Kopf: der Sensor in der Mitte der Stirn, das Band flach am Hinterkopf, die Finger unterhalb des Bandes',
  hurts: {
    ask: 'Fragen Sie nach: Schmerzt das Band selbst?',
    no: 'Nein',
    yes: 'Ja',
    good: 'Gut. Fragen Sie nach dem Hinlegen noch einmal.',
    remedy:
      'Lockern Sie das Band oder schieben Sie seinen Rand von der schmerzenden Stelle und richten Sie neu aus. Schmerzt es weiter, nehmen Sie das Band ab und messen Sie nicht.',
  },
};
