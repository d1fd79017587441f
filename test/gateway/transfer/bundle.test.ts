/** What a clinic takes in, and what it refuses by name without a single row changed. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { KitError } from '../../../src/contract/errors.ts';
import { BUNDLE_LIMIT_BYTES } from '../../../src/gateway/transfer/bundle-format.ts';
import { newKey } from '../../../src/gateway/transfer/keys.ts';
import { sealBundle } from '../../../src/gateway/transfer/seal.ts';
import { writeVisit } from '../../../src/gateway/transfer/visit-records.ts';
import { bytesOf, DAY_MS, homeVisit, reopen, type TwoGateways, twoGateways } from '../../support/two-gateways.ts';

let two: TwoGateways;
let sessionId: string;
let bundle: Buffer;

/** The code with which it was refused; 'taken' when it was not. */
async function refusal(bytes: Uint8Array): Promise<string> {
  const before = await two.clinicRecords();
  try {
    await two.clinic.receive(reopen(bytes));
  } catch (cause) {
    expect(cause).toBeInstanceOf(KitError);
    expect(await two.clinicRecords()).toBe(before);
    return (cause as KitError).code;
  }
  return 'taken';
}

beforeEach(async () => {
  two = await twoGateways();
  await two.home.enrol(await two.invited());
  sessionId = await homeVisit(two.homeStore, 'AB-1');
  bundle = await bytesOf(await two.home.bundle(sessionId));
});

describe('a bundle', () => {
  it('arrives with every row and every raw byte, at the subject and the episode of its invitation', async () => {
    await two.clinic.receive(reopen(bundle));
    const rows = async (store: TwoGateways['clinicStore']) => {
      const all: unknown[] = [];
      for await (const { table, row, payload } of store.visitRecords(sessionId))
        if (table !== 'session') all.push([table, row, payload && Buffer.from(payload).toString('hex')]);
      return all;
    };
    expect(await rows(two.clinicStore)).toEqual(await rows(two.homeStore));
    expect((await rows(two.clinicStore)).length).toBeGreaterThan(40);
    const context = await two.clinicStore.sessionContext(sessionId);
    expect(context).toMatchObject({ setting: 'home', examinerId: null });
    const [episode] = await two.clinicStore.listEpisodes('subject-1');
    expect(context?.episodeId).toBe(episode!.id);
    expect((await two.clinic.received(10)).map((each) => [each.subjectCode, each.sessionId])).toEqual([
      ['AB-1', sessionId],
    ]);
  });

  it('says nothing of whom it is about to one who has no key', () => {
    const text = bundle.toString('latin1');
    for (const secret of ['AB-1', sessionId, 'crom']) expect(text).not.toContain(secret);
  });

  it('counts once when it comes twice, in the same bytes or packed anew', async () => {
    await two.clinic.receive(reopen(bundle));
    const before = await two.clinicRecords();
    const again = JSON.parse((await two.clinic.receive(reopen(bundle))).body) as { status: string };
    expect(again.status).toBe('known');
    const anew = await bytesOf(await two.home.bundle(sessionId));
    expect(anew.equals(bundle)).toBe(false);
    expect((JSON.parse((await two.clinic.receive(reopen(anew))).body) as { status: string }).status).toBe('known');
    expect(await two.clinicRecords()).toBe(before);
  });

  it('is refused when any byte of it is another', async () => {
    const small = await bytesOf(await two.home.bundle(await homeVisit(two.homeStore, 'AB-1', 'crom-home', 1)));
    const before = await two.clinicRecords();
    const codes = new Set<string>();
    for (let at = 0; at < small.length; at++) {
      const changed = Buffer.from(small);
      changed[at] = changed[at]! ^ (1 << (at % 8));
      await two.clinic.receive(reopen(changed)).then(
        () => codes.add(`taken with another byte at ${at}`),
        (cause: unknown) => codes.add((cause as KitError).code),
      );
    }
    expect([...codes]).toEqual(['BUNDLE_DAMAGED']);
    expect(await two.clinicRecords()).toBe(before);
  });

  it('is refused when bytes are changed, cut off, added, left out or swapped anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bundle.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.nat(3),
        fc.integer({ min: 1, max: 3000 }),
        async (at, change, how, size) => {
          let bytes = Buffer.from(bundle);
          if (how === 0) bytes[at] = bytes[at]! ^ change;
          else if (how === 1) bytes = bytes.subarray(0, at);
          else if (how === 2) bytes = Buffer.concat([bytes, Buffer.alloc(size, change)]);
          else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)]);
          expect(['BUNDLE_DAMAGED', 'BUNDLE_STRANGER']).toContain(await refusal(bytes));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is refused from a stranger: no invitation, one not used, or another key', async () => {
    const { enrolment } = two.home;
    const visit = () => writeVisit({ subjectCode: 'AB-1', sessionId }, two.homeStore.visitRecords(sessionId));
    const from = (invitation: string, key = newKey('Ed25519')) =>
      bytesOf(sealBundle({ key, invitation, clinic: enrolment!.clinic }, 1, visit()));
    expect(await refusal(await from('0'.repeat(64)))).toBe('BUNDLE_STRANGER');
    expect(await refusal(await from(enrolment!.enrolment.invitation))).toBe('BUNDLE_STRANGER');
    await two.invited();
    const unused = (await two.clinic.invitations('AB-1')).find((each) => each.enrolledAtMs === null)!;
    expect(await refusal(await from(unused.id))).toBe('BUNDLE_STRANGER');
  });

  it('is refused when it was sealed for another clinic', async () => {
    const other = await twoGateways();
    const { key, enrolment } = two.home.enrolment!;
    const sender = { key, invitation: enrolment.invitation, clinic: await other.clinic.card() };
    const visit = writeVisit({ subjectCode: 'AB-1', sessionId }, two.homeStore.visitRecords(sessionId));
    expect(await refusal(await bytesOf(sealBundle(sender, 1, visit)))).toBe('BUNDLE_NOT_FOR_US');
  });

  it('is refused after its time, and when the invitation was taken back', async () => {
    const [invitation] = await two.clinic.invitations('AB-1');
    await two.time.advance(181 * DAY_MS);
    expect(await refusal(bundle)).toBe('BUNDLE_EXPIRED');
    await two.clinic.revoke(null, invitation!.id);
    expect(await refusal(bundle)).toBe('BUNDLE_EXPIRED');
  });

  it('is refused for another subject, whether its beginning says so or its rows', async () => {
    const { key, clinic, enrolment } = two.home.enrolment!;
    const sender = { key, clinic, invitation: enrolment.invitation };
    const other = await homeVisit(two.homeStore, 'CD-2');
    const honest = writeVisit({ subjectCode: 'CD-2', sessionId: other }, two.homeStore.visitRecords(other));
    expect(await refusal(await bytesOf(sealBundle(sender, 1, honest)))).toBe('BUNDLE_OTHER_SUBJECT');
    const lying = writeVisit({ subjectCode: 'AB-1', sessionId: other }, two.homeStore.visitRecords(other));
    expect(await refusal(await bytesOf(sealBundle(sender, 1, lying)))).toBe('BUNDLE_OTHER_SUBJECT');
  });

  it('is refused with a visit that is here with other content, and with a test that is not for home', async () => {
    await two.clinic.receive(reopen(bundle));
    await two.homeStore.appendEvent(sessionId, { timeUs: 3, wallMs: 4, type: 'note', values: { later: true } });
    expect(await refusal(await bytesOf(await two.home.bundle(sessionId)))).toBe('BUNDLE_CONFLICT');
    const fast = await homeVisit(two.homeStore, 'AB-1', 'fast-rotation');
    expect(await refusal(await bytesOf(await two.home.bundle(fast)))).toBe('BUNDLE_DAMAGED');
  });

  it('of 500 MB is refused at the limit, without being held in memory', async () => {
    let handed = 0;
    const piece = Buffer.concat([bundle.subarray(0, 400), Buffer.alloc(65_136)]);
    async function* endless(): AsyncIterable<Uint8Array> {
      for (; handed < 500e6; handed += piece.length) yield handed === 0 ? piece : piece.subarray(0, 65_536);
    }
    const before = await two.clinicRecords();
    await expect(two.clinic.receive(endless)).rejects.toMatchObject({ code: 'BUNDLE_TOO_LARGE' });
    expect(handed).toBeLessThan(BUNDLE_LIMIT_BYTES + 2 * 65_536);
    expect(await two.clinicRecords()).toBe(before);
  });

  it('of any bytes gives a named refusal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), fc.boolean(), async (bytes, marked) => {
        const all = marked ? Buffer.concat([Buffer.from('NECKBNDL\0\x01\0\x05'), bytes]) : bytes;
        expect(await refusal(all)).toBe('BUNDLE_DAMAGED');
      }),
    );
  });

  it('leaves an audit row of each that was taken and each that was refused', async () => {
    await two.clinic.receive(reopen(bundle));
    await refusal(bundle.subarray(0, 500));
    const actions = (await two.clinicStore.listAudit({ limit: 3 })).map(({ action, values }) => [
      action,
      values['code'],
    ]);
    expect(actions).toEqual(
      expect.arrayContaining([
        ['transfer.refuse', 'BUNDLE_DAMAGED'],
        ['transfer.receive', undefined],
      ]),
    );
    expect(await two.clinicStore.checkAudit()).toMatchObject({ brokenAt: null });
  });
});
