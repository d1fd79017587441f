/**
 * What is asked before the neck is tested. Keys only; the words live where people read them. Every item says what a
 * "yes" means:
 *
 *   stop         no test; the fixed instruction is shown (at home: how to get help, before the clinic's own words)
 *   precaution   the clinician decides; once seen and noted for a patient it does not stop a test at home
 *
 * Sources: SNNOOP10 red flags of headache (Do TP, et al. Neurology 2019); IFOMPT cervical framework (Rushton A, et al.
 * JOSPT 2023; 53:7); contraindications and precautions of manual therapy (physio-pedia, Section 3: Patient history).
 * None is specific to the Flexion-Rotation Test: it is full flexion with end-range rotation, so what forbids either
 * forbids it.
 */

export type ScreenGroup = 'nerve' | 'vessel' | 'cord' | 'infection' | 'injury' | 'headache' | 'bone' | 'other';

export interface ScreenItem {
  readonly key: string;
  readonly group: ScreenGroup;
  readonly yes: 'stop' | 'precaution';
  /** Asked of a patient alone at home too, in plain words. */
  readonly atHome: boolean;
  readonly source: 'snnoop10' | 'ifompt' | 'manual-therapy';
}

export const SCREEN_ITEMS: readonly ScreenItem[] = Object.freeze([
  // A sudden, worst-ever headache, or one unlike any before.
  { key: 'sudden-worst-headache', group: 'vessel', yes: 'stop', atHome: true, source: 'snnoop10' },
  // Five Ds and three Ns: dizziness, double vision, speech, swallowing, drop attacks; nystagmus, nausea, numbness of the face.
  { key: 'dizziness-vision-speech', group: 'vessel', yes: 'stop', atHome: true, source: 'ifompt' },
  // A drooping lid, a narrow pupil, unsteady gait.
  { key: 'face-eye-gait', group: 'vessel', yes: 'stop', atHome: true, source: 'ifompt' },
  // New weakness, numbness or clumsiness of arms or legs, trouble walking, bladder or bowel.
  { key: 'limb-weakness-bladder', group: 'cord', yes: 'stop', atHome: true, source: 'manual-therapy' },
  // Electric shock down the back on bending the neck.
  { key: 'shock-on-bending', group: 'cord', yes: 'stop', atHome: true, source: 'manual-therapy' },
  { key: 'fever-stiff-neck', group: 'infection', yes: 'stop', atHome: true, source: 'snnoop10' },
  // A fall, a blow or an accident since the last visit that nobody has examined.
  { key: 'new-injury', group: 'injury', yes: 'stop', atHome: true, source: 'ifompt' },
  { key: 'reduced-consciousness', group: 'nerve', yes: 'stop', atHome: true, source: 'snnoop10' },
  // A known fracture, fusion or instability of the upper neck.
  { key: 'fracture-or-instability', group: 'bone', yes: 'stop', atHome: false, source: 'manual-therapy' },
  { key: 'new-after-65', group: 'headache', yes: 'precaution', atHome: false, source: 'snnoop10' },
  { key: 'pattern-changed', group: 'headache', yes: 'precaution', atHome: true, source: 'snnoop10' },
  { key: 'cough-strain-position', group: 'headache', yes: 'precaution', atHome: false, source: 'snnoop10' },
  { key: 'painful-red-eye', group: 'headache', yes: 'precaution', atHome: false, source: 'snnoop10' },
  { key: 'cancer-or-weight-loss', group: 'other', yes: 'precaution', atHome: false, source: 'snnoop10' },
  { key: 'immune-or-hiv', group: 'infection', yes: 'precaution', atHome: false, source: 'snnoop10' },
  { key: 'pregnancy-puerperium', group: 'other', yes: 'precaution', atHome: false, source: 'snnoop10' },
  { key: 'painkiller-overuse', group: 'headache', yes: 'precaution', atHome: false, source: 'snnoop10' },
  { key: 'rheumatoid-down-connective', group: 'bone', yes: 'precaution', atHome: false, source: 'manual-therapy' },
  { key: 'osteoporosis-steroids', group: 'bone', yes: 'precaution', atHome: false, source: 'manual-therapy' },
  { key: 'vascular-risk', group: 'vessel', yes: 'precaution', atHome: false, source: 'ifompt' },
  {
    key: 'recent-throat-infection-or-manipulation',
    group: 'other',
    yes: 'precaution',
    atHome: false,
    source: 'ifompt',
  },
]);

export type ScreenAnswers = Readonly<Record<string, boolean>>;

export interface ScreenOutcome {
  /** No test. */
  readonly stop: readonly string[];
  /** For the clinician to weigh. */
  readonly precautions: readonly string[];
  /** Not answered: a screen with one of these is not done. */
  readonly open: readonly string[];
}

/**
 * @param seen precautions that the clinician has noted for this patient already; a stop is never seen away
 * @param place at home only what a patient can answer is asked
 */
export function judgeScreen(
  answers: ScreenAnswers,
  place: 'clinic' | 'home',
  seen: readonly string[] = [],
): ScreenOutcome {
  const items = SCREEN_ITEMS.filter((item) => place === 'clinic' || item.atHome);
  const yes = items.filter((item) => answers[item.key] === true);
  return {
    stop: yes.filter((item) => item.yes === 'stop').map(({ key }) => key),
    precautions: yes.filter((item) => item.yes === 'precaution' && !seen.includes(item.key)).map(({ key }) => key),
    open: items.filter((item) => typeof answers[item.key] !== 'boolean').map(({ key }) => key),
  };
}
