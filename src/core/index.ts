/**
 * The numeric core, for researchers and for the rest of the kit: pure functions and restorable state, no I/O, no clock.
 * Frames and signs: ./frames.ts. Units: SI and radians, named where they differ.
 */
export * from './device-attitude.ts';
export * from './frames.ts';
export * from './fusion/attitude.ts';
export type { RecordFault } from './fusion/check-record.ts';
export * from './fusion/closure.ts';
export * from './fusion/gyro-model.ts';
export * from './fusion/rest.ts';
export * from './fusion/smoother.ts';
export type { TrialRecord } from './fusion/strapdown.ts';
export * from './math/angle.ts';
export * from './math/quat.ts';
export * from './neck/angles.ts';
export * from './neck/change.ts';
export * from './neck/conjunct.ts';
export * from './neck/gravity-twist.ts';
export * from './neck/log-dimensionless-jerk.ts';
export * from './neck/measure-repetition.ts';
export * from './neck/pose.ts';
export * from './neck/repetitions.ts';
export * from './neck/sparc.ts';
export * from './neck/trunk.ts';
export * from './neck/uncertainty.ts';
export * from './neck/velocity.ts';
export * from './pipeline.ts';
export { createLiveSample, createPipeline } from './pipeline-run.ts';
export * from './protocol/codes.ts';
export { CROM_DEFAULTS, type CromParams, createCromMachine } from './protocol/crom.ts';
export * from './protocol/crom-codes.ts';
export * from './protocol/crom-types.ts';
export { createFrtMachine, FRT_DEFAULTS, type FrtParams } from './protocol/frt.ts';
export * from './protocol/frt-types.ts';
export * from './protocol/step.ts';
export * from './quality.ts';
export * from './reference/frt-reference.ts';
export * from './rescore.ts';
export * from './sample.ts';
export * from './signal/biquad.ts';
export * from './signal/butterworth.ts';
export * from './signal/clock-fit.ts';
export * from './signal/display-filter.ts';
export * from './signal/zero-phase.ts';
export { reviveState, saveState } from './state.ts';
export * from './units.ts';
