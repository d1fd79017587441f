/** Geometry of the dial: 0 degrees at the top, the patient's left on the left, true angles (1:1). */

/** Positive (left) angles run counter-clockwise, as the examiner at the head end sees them. Returns [x, y], y down. */
export function dialPoint(
  centreX: number,
  centreY: number,
  radius: number,
  leftDeg: number,
): readonly [number, number] {
  const rad = (leftDeg * Math.PI) / 180;
  return [centreX - radius * Math.sin(rad), centreY - radius * Math.cos(rad)];
}

/** SVG path of an arc between two signed angles, deg, left positive. */
export function dialArc(
  centreX: number,
  centreY: number,
  radius: number,
  fromLeftDeg: number,
  toLeftDeg: number,
): string {
  const [x0, y0] = dialPoint(centreX, centreY, radius, fromLeftDeg);
  const [x1, y1] = dialPoint(centreX, centreY, radius, toLeftDeg);
  const large = Math.abs(toLeftDeg - fromLeftDeg) > 180 ? 1 : 0;
  // Towards larger (more left) angles the arc turns counter-clockwise, which SVG calls sweep 0.
  const sweep = toLeftDeg > fromLeftDeg ? 0 : 1;
  return `M${x0.toFixed(2)} ${y0.toFixed(2)}A${radius} ${radius} 0 ${large} ${sweep} ${x1.toFixed(2)} ${y1.toFixed(2)}`;
}
