/** What an account may command and see on the socket. */
import type { Command } from '../../contract/commands.ts';
import { KitError } from '../../contract/errors.ts';
import { allows, COMMAND_RULES } from '../../contract/policy.ts';
import type { KitState } from '../../contract/state.ts';
import type { Caller } from '../../gateway/access/access-types.ts';

/** @throws KitError NOT_ALLOWED */
export function authorise(command: Command, caller: Caller, recording: KitState['recording']): void {
  const rule = COMMAND_RULES[command.type];
  if (!allows(rule.who, caller.role)) throw new KitError('NOT_ALLOWED', command.type);
  if (caller.subjectCode === null || rule.subject === 'none') return;
  const others = recording !== null && recording.subjectCode !== caller.subjectCode;
  const own = 'subjectCode' in command && command.subjectCode === caller.subjectCode;
  if (others || (rule.subject === 'named' && !own)) throw new KitError('NOT_ALLOWED', 'another subject');
}

/** True when live frames are of nobody, or of the caller's own subject. */
export function maySeeFrames(caller: Caller, state: KitState): boolean {
  return caller.subjectCode === null || state.recording === null || state.recording.subjectCode === caller.subjectCode;
}

/** The state without what belongs to another subject. */
export function stateFor(caller: Caller, state: KitState): KitState {
  if (caller.subjectCode === null || state.recording?.subjectCode === caller.subjectCode) return state;
  // Without an open visit of one's own nothing says whose the last test was.
  const mine: KitState = { ...state, frt: null, visit: null };
  if (state.recording === null) return mine;
  const none = { phase: 'none', progress: 0, code: null, nodResidualDeg: null, turnResidualDeg: null } as const;
  return { ...mine, recording: null, alignment: none, sensors: [], found: [], notice: null };
}
