/**
 * The fields of the REDCap instrument: short lower-case names, raw codes, one row a visit.
 *
 * Rules: Record ID first; names a-z 0-9 _ from a letter, at most 26 characters; units in the name, never in the cell;
 * choices as raw codes; dates Y-M-D; an empty cell is "not known"; the form's status is 2 (complete) or 0.
 */
import type { ExportVisit } from '../../../contract/export.ts';
import { OUTCOME_MEASURES, OUTCOME_SCORES, outcomeOf, scoreOf } from '../tables/outcome.ts';

export interface RedcapField {
  readonly name: string;
  readonly label: string;
  readonly type: 'text' | 'radio' | 'yesno';
  /** "1, clinic | 2, home"; empty for others. */
  readonly choices: string;
  readonly note: string;
  readonly validation: '' | 'number' | 'integer' | 'datetime_ymd';
  readonly min: number | null;
  readonly max: number | null;
  readonly of: (visit: ExportVisit) => string | number | null;
}

export const REDCAP_INSTRUMENT = 'neck_rom';

const pad = (value: number): string => String(value).padStart(2, '0');
/** Local wall clock of the computer that makes the file, as REDCap takes it: no zone, no seconds. */
export function redcapDate(ms: number): string {
  const at = new Date(ms);
  const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  return `${day} ${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

type Options = Partial<Omit<RedcapField, 'name' | 'label' | 'of'>>;
const field = (name: string, label: string, of: RedcapField['of'], options: Options = {}): RedcapField => ({
  ...{ name, label, type: 'text', choices: '', note: '', validation: '', min: null, max: null },
  ...options,
  of,
});

/** Reasons as raw codes; the choice text is the word of the CSV export. */
const REASONS = ['not-done', 'none-counted', 'interrupted', 'stopped', 'not-reached'] as const;
const reasonChoices = REASONS.map((word, index) => `${index + 1}, ${word}`).join(' | ');

const SHORT: Readonly<Record<string, string>> = {
  frt_left: 'frt_l',
  frt_right: 'frt_r',
  crom_flexion: 'crom_flex',
  crom_extension: 'crom_ext',
  crom_left_lateral: 'crom_llat',
  crom_right_lateral: 'crom_rlat',
  crom_left_rotation: 'crom_lrot',
  crom_right_rotation: 'crom_rrot',
  home_crom_flexion: 'hcrom_flex',
  home_crom_extension: 'hcrom_ext',
  home_crom_left_lateral: 'hcrom_llat',
  home_crom_right_lateral: 'hcrom_rlat',
  home_crom_left_rotation: 'hcrom_lrot',
  home_crom_right_rotation: 'hcrom_rrot',
  home_flexed_turn_left: 'hturn_l',
  home_flexed_turn_right: 'hturn_r',
  neutral_rotation_left: 'nrot_l',
  neutral_rotation_right: 'nrot_r',
  fast_rotation_left: 'fast_l',
  fast_rotation_right: 'fast_r',
  neck_flexor_endurance: 'dnf',
  sustained_posture_onset: 'sust_onset',
};

const measures = OUTCOME_MEASURES.flatMap((measure): RedcapField[] => {
  const short = SHORT[measure.name]!;
  const of = (visit: ExportVisit) => outcomeOf(visit, measure);
  const number = { validation: 'number', note: measure.unit } as const;
  const fields = [
    field(`${short}_mean_${measure.suffix}`, `${measure.words}: mean`, (visit) => of(visit).mean, number),
    field(`${short}_max_${measure.suffix}`, `${measure.words}: largest`, (visit) => of(visit).best, number),
    field(`${short}_n`, `${measure.words}: how many counted`, (visit) => of(visit).count || null, {
      validation: 'integer',
      min: 1,
    }),
    field(
      `${short}_reason`,
      `${measure.words}: why there is no value`,
      (visit) => {
        const { reason } = of(visit);
        return reason === null ? null : REASONS.indexOf(reason) + 1;
      },
      { type: 'radio', choices: reasonChoices },
    ),
  ];
  const u = field(`${short}_u_deg`, `${measure.words}: standard uncertainty of the mean`, (v) => of(v).sigma, {
    ...number,
    min: 0,
  });
  const end = field(`${short}_end`, `${measure.words}: what ended the last one`, (visit) => of(visit).endReason);
  return [...fields.slice(0, 2), ...(measure.unit === 'deg' ? [u] : []), ...fields.slice(2), end];
});

const scores = OUTCOME_SCORES.flatMap(({ instrument, min, max, words }): RedcapField[] => {
  const short = instrument === 'headache-days-28' ? 'ha_days28' : instrument;
  return [
    field(short, words, (visit) => scoreOf(visit, instrument).total, { validation: 'number', min, max }),
    field(`${short}_reason`, `${words}: why there is no total`, (visit) => scoreOf(visit, instrument).reason),
  ];
});

const [LEFT, RIGHT] = OUTCOME_MEASURES;

/** Without the Record ID and the fields of REDCap's own. */
export const REDCAP_FIELDS: readonly RedcapField[] = [
  field('session_id', 'visit', (visit) => visit.sessionId),
  field('session_dt', 'start of the visit', (visit) => redcapDate(visit.startedAtMs), {
    validation: 'datetime_ymd',
    note: 'wall clock of the clinic, without zone',
  }),
  field('setting', 'where', (visit) => (visit.setting === 'home' ? 2 : 1), {
    type: 'radio',
    choices: '1, clinic | 2, home',
  }),
  field('simulated', 'made by a simulator', (visit) => (visit.simulated ? 1 : 0), { type: 'yesno' }),
  field('operator', 'examiner, pseudonymous', (visit) => visit.examiner),
  field('device_model', 'sensor model', (visit) => visit.trials[0]?.sensor?.model ?? null),
  field('device_id', 'sensor serial', (visit) => visit.trials[0]?.sensor?.serial ?? null),
  field('firmware', 'sensor firmware', (visit) => visit.trials[0]?.sensor?.firmware ?? null),
  field('software_ver', 'version of the kit', (visit) => visit.softwareVersion),
  field('algo_ver', 'way from samples to angles', (visit) => visit.trials[0]?.method ?? null),
  ...measures,
  field(
    'frt_asym_deg',
    'Flexion-Rotation Test, left minus right',
    (visit) => {
      const [left, right] = [outcomeOf(visit, LEFT!).mean, outcomeOf(visit, RIGHT!).mean];
      return left === null || right === null ? null : left - right;
    },
    { validation: 'number', note: 'deg' },
  ),
  ...scores,
];
