/** The device drivers that the kit has, in order of trust: the first that matches an advertisement wins. */
import type { Advertisement } from '../ports/gatt.ts';
import { capture2goDriver } from './capture2go.ts';
import { dotDriver } from './dot.ts';
import type { DeviceDriver } from './driver.ts';
import { headbandDriver } from './headband.ts';
import { metaMotionDriver } from './metamotion.ts';
import { museAthenaDriver, museDriver } from './muse.ts';
import { thingy52Driver } from './thingy52.ts';
import { witMotionDriver } from './witmotion.ts';

export const DRIVERS: readonly DeviceDriver[] = [
  headbandDriver,
  dotDriver,
  capture2goDriver,
  metaMotionDriver,
  witMotionDriver,
  museDriver,
  museAthenaDriver,
  thingy52Driver,
];

/** The driver for an advertisement; null when no driver knows the device. */
export function driverForAdvertisement(advertisement: Advertisement): DeviceDriver | null {
  return DRIVERS.find((driver) => driver.matches(advertisement)) ?? null;
}

/** The driver of a stored stream (StreamDescription.driverId); null when this version has none of that name. */
export function driverById(id: string): DeviceDriver | null {
  return DRIVERS.find((driver) => driver.id === id) ?? null;
}
