/** The check on the table and the movements on the head need the band in two places: one at a time. */
import { describe, expect, it } from 'vitest';
import { simulatedHeadband } from '../support/sim-stream.ts';
import { createVirtualKit, endVirtualKits, type VirtualKit } from '../support/virtual-kit.ts';
import { readyVisit } from '../support/visit-ready.ts';

endVirtualKits();
const CHECK = { type: 'sensor-check', index: 0 };
const checkPhase = (r: VirtualKit) => r.kit.state.sensors[0]?.check?.phase;

async function connected(): Promise<VirtualKit> {
  const r = await createVirtualKit({ band: simulatedHeadband(3).model });
  await r.run({ type: 'connect', id: 'simulator:band', role: 'head' });
  await r.until('streaming', (s) => s.sensors[0]?.phase === 'streaming');
  await r.time.advance(2000);
  return r;
}

describe('while the sensor check runs', () => {
  it('no alignment begins, and the reason is said', async () => {
    const r = await connected();
    await r.run(CHECK);
    await expect(r.run({ type: 'align-start' })).rejects.toMatchObject({
      code: 'WRONG_STATE',
      message: expect.stringContaining('the sensor check is running'),
    });
    expect(r.kit.state.alignment.phase).toBe('none');
    await r.until('the check', () => checkPhase(r) === 'done');
    await r.run({ type: 'align-start' });
    await r.until('alignment', (s) => s.alignment.phase === 'accepted');
  });

  it('no test begins', async () => {
    const r = await createVirtualKit({ band: simulatedHeadband(3).model });
    await r.wear();
    await r.run({ type: 'session-start', subjectCode: 'TEST-02' });
    await readyVisit(r.kit.execute);
    await r.run(CHECK);
    const crom = { type: 'trial-start', protocol: 'crom', practice: 0, repetitions: 1 };
    await expect(r.run(crom)).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await r.until('the check', () => checkPhase(r) === 'done');
    await r.run(crom);
  });

  it('another press goes on with the one that runs', async () => {
    const r = await connected();
    await r.run(CHECK);
    await r.time.advance(1000);
    const { progress } = r.kit.state.sensors[0]!.check!;
    await r.run(CHECK);
    expect(r.kit.state.sensors[0]!.check!.progress).toBeGreaterThanOrEqual(progress);
    await r.until('the check', () => checkPhase(r) === 'done');
  });
});

describe('while the alignment runs', () => {
  it('no check begins', async () => {
    const r = await connected();
    await r.run({ type: 'align-start' });
    await expect(r.run(CHECK)).rejects.toMatchObject({
      code: 'WRONG_STATE',
      message: expect.stringContaining('the alignment is running'),
    });
    await r.until('alignment', (s) => s.alignment.phase === 'accepted');
    await r.run(CHECK);
  });
});
