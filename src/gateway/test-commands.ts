/** What a person asks of the head: alignment, neutral, and every test. */
import type { Command } from '../contract/commands.ts';
import { KitError } from '../contract/errors.ts';
import type { HeadWork } from './head-work.ts';

export type TestCommand = Extract<
  Command,
  { type: `align-${string}` | `frt-${string}` | `trial-${string}` | 'neutral' }
>;

export const isTestCommand = (command: Command): command is TestCommand =>
  /^(align-|frt-|trial-|neutral$)/.test(command.type);

export interface TestCommandDeps {
  readonly head: HeadWork;
  /** A calibration runs: the head's sensor is in somebody's hands. */
  calibrating(): boolean;
  /** Two taps on the band are an event of the test that begins, or of none. */
  bandTaps(on: boolean): void;
  /** Dizziness or a neurological sign: it ends more than the test. */
  sign(what: 'dizziness' | 'neurological', source: string): void;
}

/** By lot. */
const drawnSide = (): 'left' | 'right' =>
  (crypto.getRandomValues(new Uint8Array(1))[0]! & 1) === 0 ? 'left' : 'right';

/** @throws KitError WRONG_STATE, NOT_ALIGNED, NO_SENSOR, VISIT_NOT_READY and what the store says */
export async function executeTest(command: TestCommand, deps: TestCommandDeps): Promise<void> {
  const { head, sign } = deps;
  switch (command.type) {
    case 'align-start':
      if (deps.calibrating()) throw new KitError('WRONG_STATE', 'a calibration is running');
      return command.of === 'trunk' ? head.startTrunkAlignment() : head.startAlignment(command.ledBy ?? 'patient');
    case 'align-cancel':
      return head.cancelAlignment();
    case 'neutral':
      return head.captureNeutral();
    case 'frt-start': {
      const { type: _type, bandTap = false, firstSide, ...settings } = command;
      const drawn = firstSide === 'random';
      await head.startFrt({ ...settings, firstSide: drawn ? drawnSide() : firstSide }, drawn ? 'random' : 'preset');
      return deps.bandTaps(bandTap);
    }
    case 'frt-event':
      if (command.event === 'dizziness' || command.event === 'neurological') return sign(command.event, command.source);
      return head.applyFrt(command.event, command.source);
    case 'frt-close':
      return head.closeFrt();
    case 'trial-start': {
      const { protocol, repetitions, practice, autoConfirm } = command;
      return head.startTrial(protocol, {
        autoConfirm,
        ...(repetitions === undefined ? {} : { repetitions }),
        ...(practice === undefined ? {} : { practice }),
      });
    }
    case 'trial-event':
      if (command.event === 'dizziness' || command.event === 'neurological') return sign(command.event, command.source);
      return head.applyTrial(command.event, command.source);
    case 'trial-close':
      return head.closeTrial();
  }
}
