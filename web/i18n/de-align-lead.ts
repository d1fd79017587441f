/** Die Ausrichtung, von den Händen der untersuchenden Person geführt. Teil des deutschen Katalogs. */
import type { Catalogue } from './catalogue.ts';

export const alignLead: Catalogue['alignLead'] = {
  title: 'Wer den Kopf bewegt',
  patient: 'Die Person bewegt selbst',
  examiner: 'Ich bewege den Kopf',
  help: 'Wo Drehen weh tut: Ihre Hände führen, die halbe Bewegung genügt, und die angegebene Unsicherheit ist größer.',
  led: (deg) => `Von den Händen der untersuchenden Person geführt; Achsen auf ± ${deg}° bekannt.`,
  inSession: 'Mit Bewegungen ausgerichtet, die die untersuchende Person führte.',
  steps: {
    still: { title: 'Den Kopf still halten', text: 'Hände seitlich am Kopf, unter dem Band, drei Sekunden lang.' },
    nod: { title: 'Ein kleines Nicken führen', text: 'Kinn um etwa zehn Grad nach unten und zurück.' },
    'turn-left': {
      title: 'Nach links führen',
      text: 'Etwa fünfzehn Grad zur eigenen linken Seite der Person und zurück.',
    },
  },
  phase: {
    still: 'Den Kopf aufrecht und still halten.',
    nod: 'Jetzt ein kleines Nicken führen: Kinn nach unten und zurück.',
    'turn-left': 'Jetzt zur linken Seite der Person führen und zurück.',
  },
  codes: {
    'align.sit-still': 'Augen geradeaus. Den Kopf still halten, Finger weg vom Band.',
    'align.nod': 'Das Kinn nach unten und zurück führen, so weit es nicht weh tut.',
    'align.nod-small': 'Etwas weiter: Kinn um etwa zehn Grad nach unten.',
    'align.turn-left': 'Den Kopf zur eigenen linken Seite der Person führen und zurück.',
    'align.turn-small': 'Etwas weiter zur linken Seite der Person.',
  },
};
