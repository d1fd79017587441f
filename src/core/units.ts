/** The only place where a unit is converted. SI and radians inside, degrees where a person reads or types. */

export const RAD_PER_DEG = Math.PI / 180;
export const DEG_PER_RAD = 180 / Math.PI;
/** Standard gravity, m/s^2 (3rd CGPM 1901). */
export const STANDARD_GRAVITY_MPS2 = 9.80665;

export const radFromDeg = (deg: number): number => deg * RAD_PER_DEG;
export const degFromRad = (rad: number): number => rad * DEG_PER_RAD;
export const secondsFromUs = (us: number): number => us * 1e-6;
export const usFromSeconds = (s: number): number => s * 1e6;
export const msFromUs = (us: number): number => us * 1e-3;
export const usFromMs = (ms: number): number => ms * 1e3;
export const mps2FromG = (g: number): number => g * STANDARD_GRAVITY_MPS2;
