/** The commands of a visit as events of its machine. */
import type { Command } from '../contract/commands.ts';
import type { VisitEvent } from '../core/visit/visit.ts';
import type { VisitKeeper } from './visit-keeper.ts';

export type VisitCommand = Extract<Command, { type: `visit-${string}` }>;

export const isVisitCommand = (command: Command): command is VisitCommand => command.type.startsWith('visit-');

type ContextCommand = Extract<VisitCommand, { type: 'visit-context' }>;

function contextEvents({
  headacheNow,
  analgesic6h,
  couchAngleDeg,
  examiner,
  blinded,
  treated,
}: ContextCommand): VisitEvent[] {
  const events: VisitEvent[] = [];
  if (headacheNow !== undefined) events.push({ type: 'headache-now', value: headacheNow });
  if (analgesic6h !== undefined) events.push({ type: 'analgesic', taken: analgesic6h });
  if (couchAngleDeg !== undefined) events.push({ type: 'couch-angle', deg: couchAngleDeg });
  if (examiner !== undefined) events.push({ type: 'examiner', code: examiner });
  if (blinded !== undefined) events.push({ type: 'blinding', on: blinded });
  if (treated) events.push({ type: 'treated' });
  return events;
}

export async function executeVisit(
  command: VisitCommand,
  deps: {
    readonly visits: VisitKeeper;
    /** Goes on with a visit that was left. */
    readonly goOn: (sessionId: string) => Promise<void>;
    /** Begins a look at the band. */
    readonly lookAtBand: () => void;
    /** Ends the running test, if there is one, and the visit's tests. */
    readonly sign: (sign: 'dizziness' | 'neurological', source: string) => void;
  },
): Promise<void> {
  const { visits } = deps;
  switch (command.type) {
    case 'visit-continue':
      return deps.goOn(command.sessionId);
    case 'visit-screen':
      return visits.apply(Object.entries(command.answers).map(([key, yes]) => ({ type: 'answer', key, yes }) as const));
    case 'visit-accept':
      return visits.apply([{ type: 'accept-precaution', key: command.key }]);
    case 'visit-override':
      return visits.apply([{ type: 'override', reason: command.reason }]);
    case 'visit-context':
      return visits.apply(contextEvents(command));
    case 'visit-call': {
      const { trialId: id, direction, call, source } = command;
      return visits.apply([{ type: 'call', id, direction, call }], source);
    }
    case 'visit-reveal':
      return visits.apply([{ type: 'reveal', id: command.trialId }]);
    case 'visit-familiar':
      return visits.apply([{ type: 'familiar', id: command.trialId, familiar: command.familiar }]);
    case 'visit-band':
      return deps.lookAtBand();
    case 'visit-sign':
      return deps.sign(command.sign, command.source);
    case 'visit-settings':
      return visits.settings(command.blinded);
  }
}
