/** Words of the page that measures at home in the browser. Part of the German catalogue. */
import type { Catalogue } from './catalogue.ts';

export const atHome: Catalogue['atHome'] = {
  label: 'Auf diesem Gerät aufbewahrt',
  missing: {
    PAGE_TWICE: {
      message: 'Diese Seite ist schon in einem anderen Fenster offen.',
      hint: 'Machen Sie dort weiter, oder schließen Sie es und laden Sie diese Seite neu. Zwei davon kämen sich in die Quere.',
    },
    STORE_UNAVAILABLE: {
      message: 'Dieser Browser bewahrt hier nichts auf.',
      hint: 'Öffnen Sie die Seite in einem gewöhnlichen Fenster, nicht in einem privaten. Ohne einen Platz für die Messungen gingen sie mit der Seite verloren.',
    },
  },
  otherWay:
    'Es gibt einen zweiten Weg: Die Praxis kann Ihnen das Programm für Ihren eigenen Computer geben. Es geht mit jedem Browser.',
  notInvited:
    'Diese Seite hat noch keine Einladung. Was Sie messen, bleibt auf diesem Gerät; um es zu senden, öffnen Sie den Link auf dem Blatt Ihrer Praxis.',
  interrupted: (repetitions: string) =>
    `Ihr letzter Besuch wurde unterbrochen. Was fertig war, ist aufbewahrt: ${repetitions} Bewegungen.`,
  goOn: 'Dort weitermachen, wo Sie aufgehört haben',
  waiting: (visits: number) =>
    visits === 1
      ? 'Ein Besuch ist hier verschlüsselt aufbewahrt, bis die Praxis ihn hat.'
      : `${visits} Besuche sind hier verschlüsselt aufbewahrt, bis die Praxis sie hat.`,
  sending: 'Unterwegs zur Praxis …',
  send: 'Jetzt senden',
  confirmed: 'Die Praxis hat alles erhalten. Auf diesem Gerät ist nichts davon mehr aufbewahrt.',
};
