import type { StreamDescription } from '../ports/sensor-source.ts';

/** The description of bytes whose device is not at hand: enough for a decoder, and honest about the rest. */
export function describeBytes(
  driverId: string,
  nominalRateHz: number,
  config: StreamDescription['config'] = {},
): StreamDescription {
  return {
    driverId,
    sensorSerial: '',
    name: '',
    manufacturer: '',
    model: '',
    firmware: '',
    hardware: '',
    simulated: false,
    nominalRateHz,
    mtu: 247,
    config,
  };
}
