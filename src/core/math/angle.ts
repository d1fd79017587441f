const TWO_PI = 2 * Math.PI;

/** Wraps to (-pi, pi], rad. */
export function wrapPi(rad: number): number {
  const wrapped = rad - TWO_PI * Math.floor((rad + Math.PI) / TWO_PI);
  return wrapped <= -Math.PI ? wrapped + TWO_PI : wrapped === -Math.PI ? Math.PI : wrapped;
}
