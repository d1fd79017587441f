/** Bluetooth Low Energy through noble, in a process of its own. */

export { BLE_STACKS, type BleStack, STACK_PACKAGES, type StackChoice, stackChoiceOf } from './ble-stack.ts';
export { createRadioCentral, type RadioCentral, type RadioCentralOptions } from './radio-central.ts';
