/** Words of the page that measures at home in the browser. Part of the German catalogue. */
import type { Catalogue } from './catalogue.ts';

export const atHome: Catalogue['atHome'] = {
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
};
