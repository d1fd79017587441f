/** The store as the gateway writes to it: what opens, ends or changes a record leaves its audit row in the same commit. */
import type { AuditEntry } from '../../ports/audit-store.ts';
import type { Records, Store } from '../../ports/store.ts';

/**
 * Samples and repetitions are not listed one by one: the test that they belong to is. The examiner of a session is the
 * one on whose account its changes are written.
 */
export function createAuditedStore(store: Store, wallMs: () => number): Store {
  const examinerOf = new Map<string, string | null>();
  const sessionOf = new Map<string, string>();

  const entry = (sessionId: string | undefined, action: string, object: string, values = {}): AuditEntry => ({
    wallMs: wallMs(),
    accountId: (sessionId && examinerOf.get(sessionId)) || null,
    action,
    object,
    values,
  });
  const kept = (row: AuditEntry, change: (records: Records) => Promise<void>): Promise<void> =>
    store.audited(row, change);

  return {
    ...store,
    createSession(session) {
      examinerOf.set(session.id, session.examinerId ?? null);
      return kept(entry(session.id, 'session.create', `session:${session.id}`), (records) =>
        records.createSession(session),
      );
    },
    async endSession(id, endedAtMs) {
      await kept(entry(id, 'session.end', `session:${id}`), (records) => records.endSession(id, endedAtMs));
      examinerOf.delete(id);
      for (const [trial, session] of sessionOf) if (session === id) sessionOf.delete(trial);
    },
    reopenSession: (id) => kept(entry(id, 'session.reopen', `session:${id}`), (records) => records.reopenSession(id)),
    changeSession: (id, change) =>
      kept(entry(id, 'session.change', `session:${id}`, { fields: Object.keys(change) }), (records) =>
        records.changeSession(id, change),
      ),
    createTrial(trial) {
      sessionOf.set(trial.id, trial.sessionId);
      const { kind, simulated } = trial;
      return kept(entry(trial.sessionId, 'trial.create', `trial:${trial.id}`, { kind, simulated }), (records) =>
        records.createTrial(trial),
      );
    },
    finishTrial: (id, status, ...rest) =>
      kept(entry(sessionOf.get(id), 'trial.finish', `trial:${id}`, { status }), (records) =>
        records.finishTrial(id, status, ...rest),
      ),
    setExaminerCall: (id, call) =>
      kept(entry(sessionOf.get(id), 'trial.call', `trial:${id}`), (records) => records.setExaminerCall(id, call)),
    saveCalibration: (calibration) =>
      kept(
        entry(calibration.sessionId, 'calibration.create', `calibration:${calibration.id}`, { kind: calibration.kind }),
        (records) => records.saveCalibration(calibration),
      ),
  };
}
