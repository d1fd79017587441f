/**
 * The one table of who may do what. Deny by default: a route that is not here is not served, a command that is not
 * here does not compile, and neither does anything for a role that its line does not name.
 */
import type { Role } from './access.ts';
import type { Command } from './commands.ts';

/** anyone: without a session. signed-in: any role, also while the page is locked only if the line says so. */
export type Who = 'anyone' | 'signed-in' | readonly Role[];

const ADMIN = ['admin'] as const;
const CLINIC = ['admin', 'clinician'] as const;
const READERS = ['admin', 'clinician', 'reviewer'] as const;
const EVERY = ['admin', 'clinician', 'reviewer', 'home'] as const;
const MEASURING = ['admin', 'clinician', 'home'] as const;
export const WHO = { ADMIN, CLINIC, READERS, EVERY, MEASURING } as const;

/**
 * What a home account's one subject means for a command: none, nothing to do with a subject; named, the command names
 * the subject; open, the session that is open has to be that subject's, or none be open.
 */
export type SubjectScope = 'none' | 'named' | 'open';

export interface CommandRule {
  readonly who: readonly Role[];
  readonly subject: SubjectScope;
  readonly summary: string;
  /** It changes a record, so it leaves a row in the audit. */
  readonly audited: boolean;
}

const steer = (who: readonly Role[], summary: string): CommandRule => ({
  who,
  subject: 'open',
  summary,
  audited: false,
});
const change = (who: readonly Role[], summary: string, subject: SubjectScope = 'open'): CommandRule => ({
  who,
  subject,
  summary,
  audited: true,
});

export const COMMAND_RULES: Readonly<Record<Command['type'], CommandRule>> = {
  clock: { who: EVERY, subject: 'none', summary: "Answers with the host's monotonic time.", audited: false },
  scan: steer(MEASURING, 'Starts or stops the search for sensors.'),
  connect: steer(MEASURING, 'Connects a sensor in sight.'),
  attitude: steer(MEASURING, "Chooses a sensor's attitude: its own quaternion, or the kit's filter over its raw data."),
  disconnect: steer(MEASURING, 'Lets go of a sensor.'),
  identify: steer(MEASURING, 'Lets a sensor blink.'),
  'sensor-check': steer(MEASURING, 'Looks at a sensor that lies still, before use.'),
  'session-start': change(MEASURING, 'Opens a visit of a subject.', 'named'),
  'session-end': change(MEASURING, 'Ends the open visit.'),
  'visit-continue': change(CLINIC, 'Goes on with a visit of today.'),
  'visit-screen': change(CLINIC, 'Answers of the safety screen.'),
  'visit-accept': change(CLINIC, 'A precaution that the clinician weighed.'),
  'visit-override': change(CLINIC, "The clinician's word in place of a clear safety screen."),
  'visit-context': change(CLINIC, 'What is asked before the tests: headache, pain killer, couch, examiner, blinding.'),
  'visit-call': change(CLINIC, "The examiner's own call, before a degree is shown."),
  'visit-reveal': change(CLINIC, 'Shows the degrees although a call is missing.'),
  'visit-familiar': change(CLINIC, 'Whether the familiar headache was brought on, and how it went.'),
  'visit-band': change(CLINIC, 'Looks whether the band has moved since the alignment.'),
  'visit-sign': change(CLINIC, "Dizziness or a neurological sign: ends the visit's tests."),
  'visit-settings': change(CLINIC, 'Whether this clinic hides degrees until the call.', 'none'),
  'align-start': steer(MEASURING, 'Begins the alignment of the band to the head.'),
  'align-cancel': steer(MEASURING, 'Breaks the alignment off.'),
  'tumble-start': change(CLINIC, 'Begins the calibration of a gyro: one minute in the hand.'),
  'tumble-cancel': steer(CLINIC, 'Breaks that calibration off, or puts its outcome away.'),
  neutral: steer(MEASURING, 'Takes the present pose as neutral.'),
  'frt-start': change(CLINIC, 'Begins a Flexion-Rotation Test.'),
  'frt-event': steer(CLINIC, "An examiner's event of the running test: confirm, redo, stop, pain."),
  'frt-close': steer(CLINIC, 'Puts an ended test away.'),
  'trial-start': change(CLINIC, 'Begins another test: range of motion, endurance, sustained posture, fast rotation.'),
  'home-start': change(MEASURING, "Opens a visit at home with the patient's own answers."),
  'home-continue': change(MEASURING, 'Goes on with a visit at home that was cut off.'),
  'home-trial': change(MEASURING, 'Begins a test that is done alone.'),
  'trial-event': steer(MEASURING, "An examiner's event of that test: confirm, redo, stop, what the patient feels."),
  'trial-close': steer(MEASURING, 'Puts that test away when it has ended.'),
};

export function allows(who: Who, role: Role | null): boolean {
  if (who === 'anyone') return true;
  if (role === null) return false;
  return who === 'signed-in' || who.includes(role);
}
