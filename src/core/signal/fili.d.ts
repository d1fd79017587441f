/** The part of fili 2.0.3 that this kit uses; the package ships no types. `order` counts biquads, not poles. */
declare module 'fili' {
  interface FiliSection {
    /** [b0, b1, b2], without the gain k. */
    readonly b: readonly number[];
    /** [a1, a2] with a0 = 1. */
    readonly a: readonly number[];
    readonly k: number;
  }
  interface FiliDesign {
    readonly order: number;
    readonly characteristic: 'butterworth';
    readonly Fs: number;
    readonly Fc: number;
    readonly preGain: boolean;
  }
  const fili: {
    CalcCascades: new () => { lowpass(design: FiliDesign): FiliSection[] };
  };
  export default fili;
}
