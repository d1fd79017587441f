/**
 * Thread entry: holds the one SQLite connection and answers statements in the order in which they come. A commit waits
 * for the disk here, and nothing else does.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { KitError } from '../../contract/errors.ts';
import { findSqliteDriver, type SqliteConnection } from './sqlite-driver.ts';
import { connectSqliteFolder } from './sqlite-store.ts';
import type { ThreadFault, ThreadPlace, ThreadReply, ThreadRequest, ThreadRows } from './sqlite-thread-messages.ts';

const port = parentPort!;
const NOTHING: ThreadRows = { rows: [], changes: null, lastId: null };

function faultOf(cause: unknown): ThreadFault {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof KitError) return { kit: true, code: cause.code, message, detail: cause.detail };
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  return { kit: false, code, message, detail: null };
}

function query(connection: SqliteConnection, sql: string, parameters: readonly unknown[]): ThreadRows {
  const statement = connection.prepare(sql);
  if (statement.reader) return { rows: statement.all(parameters), changes: null, lastId: null };
  const { changes, lastInsertRowid } = statement.run(parameters);
  return { rows: [], changes: Number(changes), lastId: BigInt(lastInsertRowid) };
}

function answer(id: number, work: () => ThreadRows): void {
  let reply: ThreadReply;
  try {
    reply = { id, ok: true, result: work() };
  } catch (cause) {
    reply = { id, ok: false, fault: faultOf(cause) };
  }
  port.postMessage(reply);
}

answer(0, () => {
  const { folder, access, driver } = workerData as ThreadPlace;
  const { connection, release } = connectSqliteFolder({
    folder,
    access,
    ...(driver === null ? {} : { driver: findSqliteDriver([driver]) }),
  });
  port.on('message', (request: ThreadRequest) => {
    answer(request.id, () => {
      if (request.op === 'query') return query(connection, request.sql, request.parameters);
      if (request.op === 'exec') connection.exec(request.sql);
      else {
        connection.close();
        release();
        // With its port the thread ends.
        setImmediate(() => port.close());
      }
      return NOTHING;
    });
  });
  return NOTHING;
});
