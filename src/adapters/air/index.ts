/** The virtual radio and the peripherals on it. */
export {
  createPeripheralHost,
  type PeripheralCounters,
  type PeripheralEvent,
  type PeripheralHost,
  type PeripheralHostOptions,
} from './peripheral-host.ts';
export {
  type PeripheralMessage,
  type PeripheralRequest,
  type RunPeripheralOptions,
  runPeripheral,
  runPeripherals,
} from './run-peripheral.ts';
export {
  createVirtualRadio,
  type LinkCounters,
  type LinkImpairments,
  type VirtualDevice,
  type VirtualRadio,
  type VirtualRadioOptions,
  whyNoVirtualRadio,
} from './virtual-radio.ts';
