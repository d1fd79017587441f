/** What this browser lacks for a visit without a gateway, by the code of the catalogue; null: nothing. */
import type { WebBluetooth } from '../../src/adapters/web-ble/bluetooth-types.ts';
import type { ErrorCode } from '../../src/contract/errors.ts';

/** As the browser has it; null where it has none. */
export function bluetoothOf(browser: Navigator): WebBluetooth | null {
  if (!('bluetooth' in browser)) return null;
  const found: unknown = browser.bluetooth;
  return typeof found === 'object' && found !== null && 'requestDevice' in found ? (found as WebBluetooth) : null;
}

export function missingHere(): ErrorCode | null {
  if (!window.isSecureContext) return 'PAGE_INSECURE';
  if (bluetoothOf(navigator) === null) return 'BROWSER_UNSUPPORTED';
  // A page may have Bluetooth and no place to keep anything: a private window of some browsers.
  if (!('indexedDB' in window) || !('locks' in navigator)) return 'STORE_UNAVAILABLE';
  return null;
}
