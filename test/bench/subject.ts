/**
 * End ranges of a simulated neck against its truth: FRT and CROM trials in turn, from the raw packets of a crooked,
 * wobbling, lossy headband through alignment, protocol and re-measurement. Truth comes from the subject, which knows
 * nothing of the core. The same seeds every time; progress on standard error.
 *
 *   npm run -s bench:subject -- [--json] [--trials 500] [--seed 1]
 *
 * Reading of the soft-tissue wobble: the whole angle of the band against the skull has an rms of 1.5 degrees (peaks of
 * about 3.5) at 2 to 5 Hz while the head moves; and the band creeps by 0.5 degrees over a trial of about 100 s.
 */
import { parseArgs } from 'node:util';
import { createRandom } from '../../src/adapters/sim/subject/random.ts';
import type { SubjectSettings } from '../../src/adapters/sim/subject/settings.ts';
import { ANGLE_TERMS, COVERAGE_95 } from '../../src/core/neck/uncertainty.ts';
import { degFromRad } from '../../src/core/units.ts';
import { runSubjectTrial, type ScoredRepetition } from './support/subject-trial.ts';

const LOSS_SHARE = 0.05;
const SENSOR: Partial<SubjectSettings> = {
  mountingDeg: 30,
  gyroBiasDegps: 0.5,
  gyroScaleError: 0.005,
  wobbleDeg: 1.5,
  // The creep is exponential with 60 s: this makes 0.5 degrees after 100 s.
  creepDeg: 0.62,
};

/** A neck of its own for every trial, from stiff to supple. */
function neck(seed: number): Partial<SubjectSettings> {
  const random = createRandom(seed, 'bench-neck');
  return {
    frtLeftDeg: random.between(18, 50),
    frtRightDeg: random.between(18, 50),
    flexionDeg: random.between(35, 65),
    extensionDeg: random.between(40, 75),
    lateralLeftDeg: random.between(25, 50),
    lateralRightDeg: random.between(25, 50),
    rotationLeftDeg: random.between(45, 80),
    rotationRightDeg: random.between(45, 80),
    frtLeanDeg: random.between(0, 6),
    couplingShare: random.between(0.02, 0.1),
  };
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    trials: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
  },
});
const trials = Number(values.trials);
const firstSeed = Number(values.seed);
if (!(Number.isInteger(trials) && trials > 0 && Number.isInteger(firstSeed))) {
  process.stderr.write('BAD_FLAG: --trials takes a whole number above 0, --seed a whole number.\n');
  process.exit(2);
}

const all: ScoredRepetition[] = [];
const voidReasons: Record<string, number> = {};
const unfinished: Record<string, number> = {};
let alignmentsRefused = 0;
let rescoreMs = 0;
let slowestRescoreMs = 0;
for (let i = 0; i < trials; i++) {
  const seed = firstSeed + i;
  const kind = i % 2 === 0 ? 'frt' : 'crom';
  const trial = await runSubjectTrial({ seed, kind, subject: { ...neck(seed), ...SENSOR }, lossShare: LOSS_SHARE });
  all.push(...trial.repetitions);
  alignmentsRefused += trial.refused;
  rescoreMs += trial.rescoreMs / trials;
  slowestRescoreMs = Math.max(slowestRescoreMs, trial.rescoreMs);
  if (trial.outcome !== 'finished') unfinished[trial.outcome] = (unfinished[trial.outcome] ?? 0) + 1;
  for (const { outcome } of trial.repetitions) {
    if (outcome !== 'counted') voidReasons[outcome] = (voidReasons[outcome] ?? 0) + 1;
  }
  if ((i + 1) % 25 === 0) process.stderr.write(`${i + 1} of ${trials} trials\n`);
}

interface Score {
  readonly repetitions: number;
  readonly rmseDeg: number;
  readonly p95Deg: number;
  readonly worstDeg: number;
  readonly biasDeg: number;
  readonly coverage: number;
  readonly meanHalfWidthDeg: number;
  readonly liveRmseDeg: number;
}
const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

function score(list: readonly ScoredRepetition[]): Score {
  const errors = list.map((r) => degFromRad(r.angleRad - r.truthRad));
  const halves = list.map((r) => degFromRad(COVERAGE_95 * (r.uncertainty?.sigmaRad ?? Number.NaN)));
  const n = list.length;
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0);
  const sizes = errors.map(Math.abs).sort((a, b) => a - b);
  return {
    repetitions: n,
    rmseDeg: rounded(Math.sqrt(sum(errors.map((e) => e * e)) / n)),
    p95Deg: rounded(sizes[Math.ceil(0.95 * n) - 1] ?? Number.NaN),
    worstDeg: rounded(sizes.at(-1) ?? Number.NaN),
    biasDeg: rounded(sum(errors) / n),
    coverage: rounded(errors.filter((e, i) => Math.abs(e) <= halves[i]!).length / n),
    meanHalfWidthDeg: rounded(sum(halves) / n),
    liveRmseDeg: rounded(Math.sqrt(sum(list.map((r) => degFromRad(r.liveRad - r.truthRad) ** 2)) / n)),
  };
}

const counted = all.filter((r) => r.outcome === 'counted');
const total = score(counted);
const directions = [...new Set(counted.map((r) => `${r.kind} ${r.direction}`))].sort();
const result = {
  trials,
  voided: all.length - counted.length,
  rmseDeg: total.rmseDeg,
  p95Deg: total.p95Deg,
  coverage: total.coverage,
  sideErrors: all.filter((r) => r.sideError).length,
  meanHalfWidthDeg: total.meanHalfWidthDeg,
  halfWidthPerRmse: rounded(total.meanHalfWidthDeg / total.rmseDeg),
  repetitions: all.length,
  voidReasons,
  unfinished,
  alignmentsRefused,
  worstDeg: total.worstDeg,
  liveRmseDeg: total.liveRmseDeg,
  rescoreMs: rounded(rescoreMs),
  slowestRescoreMs: rounded(slowestRescoreMs),
  dominant: Object.fromEntries(
    ANGLE_TERMS.map((term) => [term, counted.filter((r) => r.uncertainty?.dominant === term).length]),
  ),
  byMovement: Object.fromEntries(
    directions.map((name) => [name, score(counted.filter((r) => `${r.kind} ${r.direction}` === name))]),
  ),
};

if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
else {
  const { byMovement, ...rest } = result;
  for (const [name, value] of Object.entries(rest)) process.stdout.write(`${name} ${JSON.stringify(value)}\n`);
  for (const [name, s] of Object.entries(byMovement)) {
    process.stdout.write(
      `${name}: n ${s.repetitions}, RMSE ${s.rmseDeg}, p95 ${s.p95Deg}, worst ${s.worstDeg}, bias ${s.biasDeg}, ` +
        `coverage ${s.coverage}, half width ${s.meanHalfWidthDeg}, live RMSE ${s.liveRmseDeg} deg\n`,
    );
  }
}
