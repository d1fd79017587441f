/** Who a device says it is: the Device Information Service, as far as the device has it. */
import type { GattLink, Uuid } from '../ports/gatt.ts';
import type { StreamDescription } from '../ports/sensor-source.ts';
import { Sig } from '../wire/headband-profile.ts';

/** Text of a Device Information characteristic; '' when the device has none. */
export async function readText(link: GattLink, characteristic: Uuid): Promise<string> {
  if (!link.characteristics.has(characteristic)) return '';
  const bytes = await link.read(characteristic);
  let text = '';
  // ASCII is all that a serial or a version needs; anything else would only travel into file names and CSV.
  for (const byte of bytes) if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
  return text.trim();
}

export type Identity = Pick<StreamDescription, 'sensorSerial' | 'manufacturer' | 'model' | 'firmware' | 'hardware'>;

/** What the service says; the serial is the link's device id where it says none. */
export async function readIdentity(link: GattLink): Promise<Identity> {
  const sensorSerial = await readText(link, Sig.serialNumber);
  const manufacturer = await readText(link, Sig.manufacturerName);
  const model = await readText(link, Sig.modelNumber);
  const firmware = await readText(link, Sig.firmwareRevision);
  const hardware = await readText(link, Sig.hardwareRevision);
  return { sensorSerial: sensorSerial || link.deviceId, manufacturer, model, firmware, hardware };
}
