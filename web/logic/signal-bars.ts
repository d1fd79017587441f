/** Signal strength in bars, 0 to 4. Steps of 10 dB, from where Bluetooth links begin to break (about -90 dBm). */
export function signalBars(rssiDbm: number | null): number {
  if (rssiDbm === null || !Number.isFinite(rssiDbm)) return 0;
  if (rssiDbm >= -60) return 4;
  if (rssiDbm >= -70) return 3;
  return rssiDbm >= -80 ? 2 : 1;
}
