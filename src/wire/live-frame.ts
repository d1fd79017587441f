/**
 * The live frame: gateway to dashboard over WebSocket, binary, little-endian, 112 bytes, newest wins. A binary message
 * is one frame or several, one after the other, oldest first.
 * Radians and SI; the page converts. NaN means "not known". A page computes the age of what it shows from its own
 * clock at receipt, never from these times.
 */

export const LIVE_FRAME_BYTES = 112;
export const LIVE_FRAME_MAGIC = 0x4e52; // "RN" on the wire
export const LIVE_FRAME_VERSION = 1;

/** Sensors that one gateway takes: an adapter holds about this many links, the virtual one 16 with its own. */
export const MAX_SENSORS = 15;

export const LiveFlag = {
  simulated: 1 << 0,
  aligned: 1 << 1,
  atRest: 1 << 2,
  gap: 1 << 3,
  saturated: 1 << 4,
  /** Degrees are left out until the examiner's call: pose and angles are NaN. */
  withheld: 1 << 5,
  /** There is a flexed start to measure from, whether or not the twist may be told. */
  inRepetition: 1 << 6,
} as const;

export interface LiveFrame {
  /** Sensor slot: 0 head, 1 trunk, then the others. */
  sensorIndex: number;
  flags: number;
  /** Frame number of this sensor, from 0, +1 per sample (a jump is a skipped frame, not a lost sample). */
  sequence: number;
  /** Host monotonic time of arrival in the radio process, us. */
  arrivalUs: number;
  /** Seconds on the fitted device clock. */
  timeS: number;
  /** worldFromHead once aligned, else worldFromSensor; [w x y z]. */
  readonly orientation: Float64Array;
  flexionRad: number;
  lateralRad: number;
  axialRad: number;
  headInclinationRad: number;
  /** FRT twist from the flexed start, rad, left positive; NaN outside a repetition. */
  twistRad: number;
  /** Standard uncertainty of the twist, rad; NaN outside a repetition. */
  twistSigmaRad: number;
  /** Standard uncertainty of inclination, and so of flexion and lateral flexion, rad. */
  tiltSigmaRad: number;
  /** Standard uncertainty of the axial angle now, rad. */
  axialSigmaRad: number;
  rateRadps: number;
  rateHz: number;
  lossShare: number;
  /** Display-filtered angles. */
  displayFlexionRad: number;
  displayLateralRad: number;
  displayAxialRad: number;
  /**
   * FRT: change of inclination since the flexed start, rad, of the neck where there is a sensor on the trunk, else of the
   * head; NaN outside a repetition.
   */
  inclinationChangeRad: number;
}

export function createLiveFrame(): LiveFrame {
  return {
    sensorIndex: 0,
    flags: 0,
    sequence: 0,
    arrivalUs: 0,
    timeS: 0,
    orientation: Float64Array.of(1, 0, 0, 0),
    flexionRad: Number.NaN,
    lateralRad: Number.NaN,
    axialRad: Number.NaN,
    headInclinationRad: Number.NaN,
    twistRad: Number.NaN,
    twistSigmaRad: Number.NaN,
    tiltSigmaRad: Number.NaN,
    axialSigmaRad: Number.NaN,
    rateRadps: 0,
    rateHz: 0,
    lossShare: 0,
    displayFlexionRad: Number.NaN,
    displayLateralRad: Number.NaN,
    displayAxialRad: Number.NaN,
    inclinationChangeRad: Number.NaN,
  };
}

/** Writes a frame at the start of `view` (at least LIVE_FRAME_BYTES long). */
export function encodeLiveFrame(view: DataView, frame: LiveFrame): void {
  view.setUint16(0, LIVE_FRAME_MAGIC, true);
  view.setUint8(2, LIVE_FRAME_VERSION);
  view.setUint8(3, frame.sensorIndex);
  view.setUint32(4, frame.flags, true);
  view.setUint32(8, frame.sequence, true);
  view.setUint32(12, 0, true);
  view.setFloat64(16, frame.arrivalUs, true);
  view.setFloat64(24, frame.timeS, true);
  for (let i = 0; i < 4; i++) view.setFloat32(32 + 4 * i, frame.orientation[i]!, true);
  view.setFloat32(48, frame.flexionRad, true);
  view.setFloat32(52, frame.lateralRad, true);
  view.setFloat32(56, frame.axialRad, true);
  view.setFloat32(60, frame.headInclinationRad, true);
  view.setFloat32(64, frame.twistRad, true);
  view.setFloat32(68, frame.axialSigmaRad, true);
  view.setFloat32(72, frame.rateRadps, true);
  view.setFloat32(76, frame.rateHz, true);
  view.setFloat32(80, frame.lossShare, true);
  view.setFloat32(84, frame.displayFlexionRad, true);
  view.setFloat32(88, frame.displayLateralRad, true);
  view.setFloat32(92, frame.displayAxialRad, true);
  view.setFloat32(96, frame.twistSigmaRad, true);
  view.setFloat32(100, frame.tiltSigmaRad, true);
  view.setFloat32(104, frame.inclinationChangeRad, true);
  for (let i = 108; i < LIVE_FRAME_BYTES; i += 4) view.setUint32(i, 0, true);
}

/** Fills `out`; false when the bytes are not a live frame of this version. Total: never throws. */
export function decodeLiveFrame(view: DataView, out: LiveFrame): boolean {
  if (view.byteLength < LIVE_FRAME_BYTES) return false;
  if (view.getUint16(0, true) !== LIVE_FRAME_MAGIC || view.getUint8(2) !== LIVE_FRAME_VERSION) return false;
  out.sensorIndex = view.getUint8(3);
  out.flags = view.getUint32(4, true);
  out.sequence = view.getUint32(8, true);
  out.arrivalUs = view.getFloat64(16, true);
  out.timeS = view.getFloat64(24, true);
  for (let i = 0; i < 4; i++) out.orientation[i] = view.getFloat32(32 + 4 * i, true);
  out.flexionRad = view.getFloat32(48, true);
  out.lateralRad = view.getFloat32(52, true);
  out.axialRad = view.getFloat32(56, true);
  out.headInclinationRad = view.getFloat32(60, true);
  out.twistRad = view.getFloat32(64, true);
  out.axialSigmaRad = view.getFloat32(68, true);
  out.rateRadps = view.getFloat32(72, true);
  out.rateHz = view.getFloat32(76, true);
  out.lossShare = view.getFloat32(80, true);
  out.displayFlexionRad = view.getFloat32(84, true);
  out.displayLateralRad = view.getFloat32(88, true);
  out.displayAxialRad = view.getFloat32(92, true);
  out.twistSigmaRad = view.getFloat32(96, true);
  out.tiltSigmaRad = view.getFloat32(100, true);
  out.inclinationChangeRad = view.getFloat32(104, true);
  return true;
}

/** Every frame of a binary message, as views of its place; what is left over at the end is none. */
export function eachLiveFrame(
  bytes: ArrayBufferLike,
  offset: number,
  length: number,
  take: (view: DataView) => void,
): void {
  for (let at = 0; at + LIVE_FRAME_BYTES <= length; at += LIVE_FRAME_BYTES)
    take(new DataView(bytes, offset + at, LIVE_FRAME_BYTES));
}
