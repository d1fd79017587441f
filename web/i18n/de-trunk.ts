/** Der zweite Sensor, am Rumpf, in der Ausrichtung. Teil des deutschen Katalogs. */
import type { Catalogue } from './catalogue.ts';

export const trunk: Catalogue['trunk'] = {
  title: 'Sensor am Rumpf',
  lead: 'Auf dem Brustbein. Zwei Bewegungen im Sitzen, damit ein Rumpf, der mitdreht, aus den Winkeln herausgenommen wird.',
  start: 'Rumpf ausrichten',
  again: 'Rumpf neu ausrichten',
  cancel: 'Abbrechen',
  aligned: 'Ausgerichtet: Die Tests messen den Hals gegen den Rumpf.',
  notAligned: 'Nicht ausgerichtet: Die Tests messen den Kopf allein.',
  codes: {
    'align.sit-still': 'Aufrecht sitzen, geradeaus schauen, stillhalten.',
    'align.moved': 'Der Rumpf hat sich bewegt. Stillhalten; es beginnt von selbst neu.',
    'align.trunk-bow': 'Aus der Hüfte nach vorn beugen und wieder aufrichten.',
    'align.trunk-bow-small': 'Etwas weiter: aus der Hüfte nach vorn beugen.',
    'align.trunk-turn-left': 'Die Schultern zur eigenen linken Seite drehen und zurück.',
    'align.trunk-turn-small': 'Bitte etwas weiter nach links.',
    'align.accepted': 'Der Sensor am Rumpf sitzt gut.',
    'align.refused-nod-axis': 'Die Beugung ging nicht gerade nach vorn, oder der Sensor ist locker.',
    'align.refused-nod-crooked': 'Die Beugung war keine klare Bewegung. Gerade nach vorn und zurück.',
    'align.refused-wrong-way': 'Der Rumpf drehte nach rechts. Links ist die eigene linke Seite.',
    'align.refused-turn-axis': 'Die Drehung ging nicht um die Senkrechte: geneigt, oder der Sensor ist verrutscht.',
    'align.refused-not-back': 'Der Rumpf endete anderswo, als er begann.',
    'align.refused-too-slow': 'Die Bewegung kam nicht rechtzeitig.',
    'align.refused-signal': 'Das Signal des Rumpfsensors brach ab.',
  },
};
