/** A long history, written table by table: what would take years of visits, in a minute. */
import type { Db } from '../../../src/adapters/store/sql-common.ts';
import { DESCRIPTION, RESULT } from '../../contract/session-store.ts';
import { realChunk } from '../../support/filled-store.ts';

export const TESTS = 6;
export const SESSIONS_A_SUBJECT = 10;
const REPETITIONS = 6;
const CHUNKS = 12;
/** Sessions in one commit; bounded by the parameters that an engine takes in one statement. */
const BATCH = 40;
const KINDS = ['frt', 'crom', 'rotation-neutral', 'endurance', 'frt', 'sustained'];
const DAY_MS = 86_400_000;

const number = (n: number): string => String(n).padStart(8, '0');
export const sessionIdOf = (n: number): string => `00000000-0000-4000-8000-0000${number(n)}`;
export const subjectIdOf = (n: number): string => `11111111-1111-4111-8111-1111${number(n)}`;

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

function repetition(trialId: string, position: number, startedAtMs: number, n: number) {
  return {
    trial_id: trialId,
    position,
    number: position + 1,
    direction: position % 2 === 0 ? 'left' : 'right',
    practice: 0,
    status: 'counted' as const,
    reason: null,
    warnings: '[]',
    angle_deg: 30 + ((n * 7 + position * 3) % 150) / 10,
    sigma_deg: 0.7,
    end_reason: 'hold',
    started_at_ms: startedAtMs,
    repetition_values:
      '{"gravityAngleDeg":38.2,"closureDeg":-1.5,"peakSpeedDegps":31.25,"startInclinationDeg":61,"holdS":0.75}',
  };
}

function test(n: number, t: number, sessionId: string, startedAtMs: number) {
  const leftDeg = 30 + ((n * 13 + t) % 150) / 10;
  return {
    id: `${sessionId}-${t}`,
    session_id: sessionId,
    stream_id: `${sessionId}-s`,
    kind: KINDS[t % KINDS.length]!,
    started_at_ms: startedAtMs + t * 60_000,
    ended_at_ms: startedAtMs + t * 60_000 + 50_000,
    status: 'finished' as const,
    simulated: 0,
    parameters: '{"repetitionsPerSide":3,"practice":false,"autoConfirm":true,"method":"frt-smoothed-twist/2"}',
    result: JSON.stringify({ ...RESULT, left: { ...RESULT.left, meanDeg: leftDeg } }),
    left_mean_deg: leftDeg,
    right_mean_deg: 29.2,
    examiner_call: null,
    blinded: 1,
  };
}

async function batch(db: Db, from: number, to: number): Promise<void> {
  const sessions = range(to - from).map((i) => {
    const n = from + i;
    const subject = Math.floor(n / SESSIONS_A_SUBJECT);
    return {
      id: sessionIdOf(n),
      subject_id: subjectIdOf(subject),
      subject_code: `B-${number(subject)}`,
      episode_id: null,
      setting: 'clinic' as const,
      examiner_id: null,
      context: '{"headacheNow":3}',
      started_at_ms: 1_500_000_000_000 + n * DAY_MS * 0.01,
      ended_at_ms: 1_500_000_000_000 + n * DAY_MS * 0.01 + 400_000,
      software_version: '0.1.0',
    };
  });
  const numbers = range(to - from).map((i) => from + i);
  const tests = numbers.flatMap((n, i) =>
    range(TESTS).map((t) => test(n, t, sessionIdOf(n), sessions[i]!.started_at_ms)),
  );
  const description = JSON.stringify(DESCRIPTION);
  await db.transaction().execute(async (trx) => {
    const subjects = new Map(sessions.map((s) => [s.subject_id, s]));
    await trx
      .insertInto('subject')
      .values(
        [...subjects.values()].map((s) => ({
          id: s.subject_id,
          code: s.subject_code,
          created_at_ms: s.started_at_ms,
          retain_until_ms: null,
          subject_values: '{}',
        })),
      )
      .onConflict((conflict) => conflict.column('code').doNothing())
      .execute();
    await trx.insertInto('session').values(sessions).execute();
    await trx
      .insertInto('stream')
      .values(
        sessions.map((s) => ({
          id: `${s.id}-s`,
          session_id: s.id,
          position: 0,
          role: 'head' as const,
          source_id: 'radio',
          simulated: 0,
          description,
        })),
      )
      .execute();
    await trx
      .insertInto('chunk')
      .values(
        sessions.flatMap((s) =>
          CHUNK_BYTES.map((chunk, sequence) => ({
            stream_id: `${s.id}-s`,
            sequence,
            first_arrival_us: chunk.firstArrivalUs,
            last_arrival_us: chunk.lastArrivalUs,
            notifications: chunk.notifications,
            crc32: chunk.crc32,
            payload: Buffer.from(chunk.bytes),
          })),
        ),
      )
      .execute();
    await trx.insertInto('trial').values(tests).execute();
    await trx
      .insertInto('repetition')
      .values(
        tests.flatMap((t, i) =>
          range(REPETITIONS).map((position) => repetition(t.id, position, t.started_at_ms + position * 8000, from + i)),
        ),
      )
      .execute();
    await trx
      .insertInto('result')
      .values(
        tests.map((t) => ({
          id: `${t.id}-r`,
          trial_id: t.id,
          position: 0,
          wall_ms: t.ended_at_ms,
          core_version: '1',
          method: 'frt-smoothed-twist/2',
          calibration_id: null,
          raw: '[]',
          raw_hash: null,
          result_values: t.result,
          accepted: 1,
        })),
      )
      .execute();
  });
}

/** The same few for every session: what is read here is rows, not bytes. */
const CHUNK_BYTES = range(CHUNKS).map((sequence) => realChunk('bench', sequence, 25));

export async function fillHistory(db: Db, sessions: number): Promise<void> {
  for (let from = 0; from < sessions; from += BATCH) await batch(db, from, Math.min(from + BATCH, sessions));
}
