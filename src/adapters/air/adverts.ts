/** What a device advertises, overheard on its way to the controller, so that the air can repeat it as a real one does. */
import { H4Type } from '../../wire/h4.ts';
import { addressBytes, HciCommand, HciEvent, LeMeta } from './hci.ts';

const ADV_IND = 0x00;
const SCAN_RSP = 0x04;

export class Advertiser {
  /** Advertising now, as the controller confirmed it. */
  on = false;
  #asked: boolean[] = [];
  #data: Uint8Array = new Uint8Array(0);
  #scanResponse: Uint8Array = new Uint8Array(0);

  reset(): void {
    this.on = false;
    this.#asked = [];
    this.#data = new Uint8Array(0);
    this.#scanResponse = new Uint8Array(0);
  }

  /** Looks at a command that the host sends. */
  observe(opcode: number, parameters: Uint8Array): void {
    if (opcode === HciCommand.leSetAdvertisingData) this.#data = parameters.slice(1, 1 + (parameters[0] ?? 0));
    if (opcode === HciCommand.leSetScanResponseData) this.#scanResponse = parameters.slice(1, 1 + (parameters[0] ?? 0));
    if (opcode === HciCommand.leSetAdvertiseEnable) this.#asked.push(parameters[0] === 1);
  }

  /** The controller answered the oldest open request to start or stop. */
  enabledByController(success: boolean): void {
    const asked = this.#asked.shift();
    if (success && asked !== undefined) this.on = asked;
  }

  /** Two LE Advertising Report events: what it says unasked, and its answer to an active scanner. */
  reports(bluetoothAddress: string, rssiDbm: number): Uint8Array[] {
    const address = addressBytes(bluetoothAddress);
    const report = (type: number, data: Uint8Array) =>
      Uint8Array.from([
        H4Type.event,
        HciEvent.leMeta,
        12 + data.length,
        LeMeta.advertisingReport,
        1,
        type,
        0,
        ...address,
        data.length,
        ...data,
        rssiDbm & 0xff,
      ]);
    return [report(ADV_IND, this.#data), report(SCAN_RSP, this.#scanResponse)];
  }
}
