/** Enrolling once, and sending until the clinic has confirmed. */
import { beforeEach, describe, expect, it } from 'vitest';
import { KitError } from '../../../src/contract/errors.ts';
import { invitationCode, readInvitation } from '../../../src/gateway/transfer/invitation-text.ts';
import { fingerprintOf } from '../../../src/gateway/transfer/keys.ts';
import { CLINIC_URL, DAY_MS, homeVisit, type TwoGateways, twoGateways } from '../../support/two-gateways.ts';

let two: TwoGateways;
beforeEach(async () => {
  two = await twoGateways();
});

const states = () => two.home.outgoing().map(({ state, attempts, problem }) => [state, attempts, problem]);

describe('an invitation', () => {
  it('enrols one device, once, by its link or by address and code as people type it', async () => {
    const made = await two.clinic.invite(null, { subjectCode: 'AB-1', clinicUrl: CLINIC_URL });
    const typed = made.code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    await two.home.enrol(typed, 'clinic.example:8321');
    expect(two.home.enrolment?.enrolment).toMatchObject({ subjectCode: 'AB-1', invitation: made.id });
    const second = await twoGateways();
    await expect(
      two.clinic.enrol(readInvitation(made.link).token, (await second.clinic.card()).signingKey),
    ).rejects.toMatchObject({ code: 'INVITATION_USED' });
    expect((await two.clinic.invitations())[0]).toMatchObject({ id: made.id, subjectCode: 'AB-1' });
  });

  it('is known to the same device again, whose first answer was lost', async () => {
    const link = await two.invited();
    const { token } = readInvitation(link);
    const { signingKey } = await two.clinic.card();
    const first = await two.clinic.enrol(token, signingKey);
    expect((await two.clinic.enrol(token, signingKey)).body).toBe(first.body);
  });

  it('is refused after its time, taken back, unknown, or not whole', async () => {
    const link = await two.invited();
    const { token } = readInvitation(link);
    const key = (await two.clinic.card()).signingKey;
    await expect(two.clinic.enrol('0'.repeat(12), key)).rejects.toMatchObject({ code: 'INVITATION_UNKNOWN' });
    await two.time.advance(15 * DAY_MS);
    await expect(two.clinic.enrol(token, key)).rejects.toMatchObject({ code: 'INVITATION_EXPIRED' });
    for (const text of ['', 'ABCD', link.slice(0, -1), link.replace('https:', 'http:'), 'ftp://x/#invitation=1'])
      await expect(two.home.enrol(text, CLINIC_URL)).rejects.toMatchObject({ code: 'INVITATION_INVALID' });
    await expect(two.home.enrol('0'.repeat(24))).rejects.toMatchObject({ code: 'INVITATION_INVALID' });
  });

  it('sends nothing to a clinic whose card is not the one of the invitation', async () => {
    const other = await twoGateways();
    const theirs = await other.invited();
    await expect(two.home.enrol(theirs)).rejects.toMatchObject({ code: 'CLINIC_UNTRUSTED' });
    const token = readInvitation(theirs).token;
    const code = invitationCode(token, fingerprintOf(await other.clinic.card()));
    await expect(two.home.enrol(code, CLINIC_URL)).rejects.toMatchObject({ code: 'CLINIC_UNTRUSTED' });
    expect(two.home.enrolment).toBeNull();
  });
});

describe('sending', () => {
  beforeEach(async () => {
    await two.home.enrol(await two.invited());
    await homeVisit(two.homeStore, 'AB-1');
  });

  it('goes on, with longer and longer pauses, until the hash is confirmed; then the file is gone', async () => {
    two.onSend = () => new KitError('CLINIC_UNREACHABLE');
    two.home.wake();
    await two.time.advance(5 * 60_000);
    // At 0, 5, 15, 35, 75 and 155 s.
    expect(states()).toEqual([['waiting', 6, 'CLINIC_UNREACHABLE']]);
    expect(new Set(two.sent.map((bytes) => bytes.toString('hex'))).size).toBe(1);
    expect(two.files.kept.size).toBe(1);
    two.onSend = null;
    await two.time.advance(20 * 60_000);
    expect(states()).toEqual([['confirmed', 6, null]]);
    expect(two.files.kept.size).toBe(0);
    expect(await two.clinic.received(10)).toHaveLength(1);
  });

  it('sends the same bytes again when the confirmation was lost, and it counts once', async () => {
    let lost = true;
    const { receive } = two.clinic;
    two.onSend = (bytes) => {
      if (!lost) return bytes;
      lost = false;
      void receive(async function* () {
        yield bytes;
      });
      return new KitError('CLINIC_UNREACHABLE');
    };
    await two.home.sendNow();
    await two.home.sendNow();
    expect(states()).toEqual([['confirmed', 1, null]]);
    expect(await two.clinic.received(10)).toHaveLength(1);
  });

  it('makes the bundle anew when the clinic says that it came damaged', async () => {
    two.onSend = (bytes) =>
      two.sent.length === 1 ? Buffer.concat([bytes.subarray(0, 700), bytes.subarray(701)]) : bytes;
    await two.home.sendNow();
    expect(states()).toEqual([['waiting', 1, 'BUNDLE_DAMAGED']]);
    await two.home.sendNow();
    expect(states()).toEqual([['confirmed', 1, null]]);
    expect(two.sent[0]!.equals(two.sent[1]!)).toBe(false);
  });

  it('believes no confirmation that the clinic did not sign', async () => {
    two.clinic.receive = () => Promise.resolve({ body: '{}', signature: 'A'.repeat(86) });
    await two.home.sendNow();
    expect(states()).toEqual([['waiting', 1, 'CLINIC_UNTRUSTED']]);
  });

  it('stops asking when only a person can help', async () => {
    const [invitation] = await two.clinic.invitations();
    await two.clinic.revoke(null, invitation!.id);
    await two.home.sendNow();
    expect(states()).toEqual([['refused', 1, 'BUNDLE_EXPIRED']]);
    await two.time.advance(DAY_MS);
    expect(two.sent).toHaveLength(1);
  });

  it('leaves visits of the clinic and visits that go on where they are', async () => {
    await two.homeStore.createSession({
      id: 'open',
      subjectCode: 'AB-1',
      startedAtMs: 5,
      softwareVersion: '1',
      setting: 'home',
    });
    await two.homeStore.createSession({ id: 'clinic', subjectCode: 'AB-1', startedAtMs: 5, softwareVersion: '1' });
    await two.homeStore.endSession('clinic', 6);
    await two.home.sendNow();
    expect(two.home.outgoing()).toHaveLength(1);
  });
});
