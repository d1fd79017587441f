/** Bluetooth Low Energy through noble, in a process of its own. */
export { createRadioCentral, type RadioCentral, type RadioCentralOptions } from './radio-central.ts';
