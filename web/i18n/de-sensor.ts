/** Words of a connected sensor's card. Part of the German catalogue. */
import type { Catalogue } from './catalogue.ts';

export const sensor: Catalogue['sensor'] = {
  attitude: {
    legend: 'Die Orientierung kommt',
    from: { quaternion: 'vom Sensor selbst', inertial: 'vom Filter dieses Kits' },
    usual: 'üblich',
    help: 'Aufgezeichnet wird in jedem Fall beides; das Übliche maß mit dieser Art Sensor besser. Richten Sie nach einer Änderung neu aus.',
    waits: 'Ein Test läuft: Das lässt sich danach ändern.',
  },
};
