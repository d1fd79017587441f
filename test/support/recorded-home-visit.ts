/** A visit at home in virtual time, from the answers to the end, in a store that a device at home left: what it would send. */
import { commandSchema } from '../../src/contract/commands.ts';
import { DRIVERS } from '../../src/devices/registry.ts';
import { createKit } from '../../src/gateway/kit.ts';
import type { Store } from '../../src/ports/store.ts';
import { CLEAR_ANSWERS } from './home-visit.ts';
import { simulatedHeadband } from './sim-stream.ts';
import { createVirtualSource } from './virtual-source.ts';
import { createVirtualTime } from './virtual-time.ts';

const LIMIT_MS = 240_000;

/** The active turn in flexion, which is shorter than the range of motion; resolves to the id of the ended session. */
export async function recordHomeVisit(store: Store, subjectCode: string, seed = 5): Promise<string> {
  const time = createVirtualTime();
  const source = createVirtualSource(time, { band: simulatedHeadband(seed, {}, {}).model });
  const { clock, timers } = time;
  const home = () => ({ subjectCode, seenPrecautions: [], baselineFlexionDeg: 35 });
  const kit = createKit({ sources: [source], store, clock, timers, version: 'test', drivers: DRIVERS, home });
  const run = (command: unknown) => kit.execute(commandSchema.parse(command));
  const until = async (what: string, test: () => boolean): Promise<void> => {
    for (let t = 0; !test(); t += 100) {
      if (t > LIMIT_MS) throw new Error(`waited for ${what}: ${JSON.stringify(kit.state.trial)}`);
      await time.advance(100);
    }
  };
  await kit.start();
  await run({ type: 'connect', id: 'simulator:band', role: 'head' });
  await until('streaming', () => kit.state.sensors[0]?.phase === 'streaming');
  await time.advance(2000);
  await run({ type: 'home-start', answers: CLEAR_ANSWERS, headacheNow: 1, analgesic6h: false });
  const { sessionId } = kit.state.recording!;
  await run({ type: 'align-start' });
  await until('alignment', () => kit.state.alignment.phase === 'accepted');
  await run({ type: 'home-trial', protocol: 'home-flexion-rotation' });
  await until('the end', () => kit.state.trial?.ended === true);
  await time.advance(200);
  await run({ type: 'trial-close' });
  await run({ type: 'session-end' });
  await Promise.all([kit.stop(), time.advance(6000)]);
  return sessionId;
}
