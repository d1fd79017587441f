/** What a person asks of a sensor: found, connected, chosen, checked, tumbled, let go. */
import type { Command } from '../contract/commands.ts';
import { KitError } from '../contract/errors.ts';
import type { AttitudeWish } from '../devices/attitude-source.ts';
import type { Clock } from '../ports/time.ts';
import type { HeadWork } from './head-work.ts';
import type { Recorder } from './recorder.ts';
import type { Scanner } from './scanner.ts';
import type { SensorRack } from './sensor-rack.ts';
import type { SensorSlot } from './sensor-slot.ts';
import type { TrunkWork } from './trunk-work.ts';
import type { Tumbling } from './tumbling.ts';

const TYPES = [
  'scan',
  'connect',
  'attitude',
  'disconnect',
  'identify',
  'sensor-check',
  'tumble-start',
  'tumble-cancel',
] as const;

export type SensorCommand = Extract<Command, { type: (typeof TYPES)[number] }>;

export const isSensorCommand = (command: Command): command is SensorCommand =>
  (TYPES as readonly string[]).includes(command.type);

export interface SensorCommandDeps {
  readonly scanner: Scanner;
  readonly rack: SensorRack;
  readonly head: HeadWork;
  readonly trunk: TrunkWork;
  readonly tumbling: Tumbling;
  readonly clock: Clock;
  /** Where no command says otherwise. */
  readonly attitudeFrom: AttitudeWish;
  recorder(): Recorder | null;
  endSession(): Promise<void>;
  stepped(): void;
}

/** @throws KitError WRONG_STATE, NO_SENSOR and what a radio says */
export async function executeSensor(command: SensorCommand, deps: SensorCommandDeps): Promise<void> {
  const { scanner, rack, head, tumbling, clock, stepped } = deps;
  const slotOutsideTests = (index: number): SensorSlot => {
    const slot = rack.at(index);
    if (head.testRunning) throw new KitError('WRONG_STATE', 'a test is running');
    return slot;
  };
  switch (command.type) {
    case 'scan':
      return command.on ? scanner.start() : scanner.stop();
    case 'connect': {
      const slot = await rack.connect(command.id, command.role, command.attitudeFrom ?? deps.attitudeFrom);
      slot.start(deps.recorder());
      return stepped();
    }
    case 'attitude': {
      const slot = slotOutsideTests(command.index);
      if (tumbling.running) throw new KitError('WRONG_STATE', 'a calibration is running');
      if (!slot.state().attitude?.selectable)
        throw new KitError('WRONG_STATE', 'the sensor does not send both its quaternion and raw data');
      // What waits for a quiet moment after a test was measured with what is still in use.
      if (slot.index === 0) head.settle();
      if (slot.chooseAttitude(command.from)) {
        if (slot.index === 0) head.attitudeChanged();
        else if (slot.role === 'trunk') deps.trunk.loosen();
      }
      return stepped();
    }
    case 'disconnect':
      if (command.index === 0) {
        if (head.testRunning) throw new KitError('WRONG_STATE', 'a test is running; stop it before disconnecting');
        // Without the head's sensor the visit is over; what is worn next must not go on under this code.
        if (deps.recorder()) await deps.endSession();
      }
      await rack.disconnect(command.index);
      return stepped();
    case 'identify':
      return rack.at(command.index).identify();
    case 'sensor-check': {
      const slot = slotOutsideTests(command.index);
      if (head.alignmentRunning) throw new KitError('WRONG_STATE', 'the alignment is running');
      if (deps.trunk.alignmentRunning) throw new KitError('WRONG_STATE', 'the alignment of the trunk is running');
      if (slot.supervisor.phase !== 'streaming') throw new KitError('NO_SENSOR', 'no samples are coming');
      slot.trust.startCheck(clock.nowUs());
      slot.prompt('sit-still');
      return stepped();
    }
    case 'tumble-start': {
      const slot = slotOutsideTests(command.index);
      tumbling.start(slot);
      if (slot.index === 0) head.takenOff();
      else if (slot.role === 'trunk') deps.trunk.loosen();
      return;
    }
    case 'tumble-cancel':
      return tumbling.cancel();
  }
}
