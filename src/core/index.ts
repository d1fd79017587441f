/**
 * The numeric core, for researchers and for the rest of the kit: pure functions and restorable state, no I/O, no clock.
 * Frames and signs: ./frames.ts. Units: SI and radians, named where they differ.
 */
export * from './frames.ts';
export * from './fusion/attitude.ts';
export * from './math/angle.ts';
export * from './math/quat.ts';
export * from './neck/angles.ts';
export * from './neck/gravity-twist.ts';
export * from './neck/pose.ts';
export * from './pipeline.ts';
export { createLiveSample, createPipeline } from './pipeline-run.ts';
export * from './protocol/codes.ts';
export { createFrtMachine, FRT_DEFAULTS, type FrtParams } from './protocol/frt.ts';
export * from './protocol/frt-types.ts';
export * from './protocol/step.ts';
export * from './quality.ts';
export * from './reference/frt-reference.ts';
export * from './sample.ts';
export * from './signal/biquad.ts';
export * from './signal/butterworth.ts';
export * from './signal/clock-fit.ts';
export * from './signal/display-filter.ts';
export * from './signal/zero-phase.ts';
export * from './units.ts';
