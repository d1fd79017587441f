/** The tables of the kept store in memory, and changes that reach memory after they have reached the disk. */
import { KitError } from '../../../contract/errors.ts';
import { createSerialQueue } from '../../../gateway/waiting.ts';
import type {
  CalibrationTable,
  ChunkTable,
  EventTable,
  GyroModelTable,
  RepetitionTable,
  ResultTable,
  SessionTable,
  StreamTable,
  SubjectTable,
  TrialTable,
} from '../schema.ts';
import type { Row, Vault, VaultChange } from './vault.ts';

/** Columns as the database has them, so that a visit is the same rows wherever it was made. */
export interface KeptTables {
  subject: SubjectTable;
  session: SessionTable;
  stream: StreamTable;
  calibration: CalibrationTable;
  event: Omit<EventTable, 'id'>;
  trial: TrialTable;
  repetition: RepetitionTable;
  result: ResultTable;
  gyro_model: Omit<GyroModelTable, 'id'>;
  chunk: Omit<ChunkTable, 'payload'>;
  setting: { key: string; value: string };
}
export type TableName = keyof KeptTables;

export interface Draft {
  get<T extends TableName>(table: T, key: string): KeptTables[T] | undefined;
  rows<T extends TableName>(table: T): KeptTables[T][];
  put<T extends TableName>(table: T, key: string, row: KeptTables[T], raw?: Uint8Array): void;
  drop(table: TableName, key: string): void;
  dropWhere<T extends TableName>(table: T, which: (row: KeptTables[T]) => boolean): void;
}

export interface TableSet {
  open(): Promise<void>;
  close(): Promise<void>;
  clear(): Promise<void>;
  /** In turn with the changes: sees all of one or nothing. */
  read<T>(look: (tables: Pick<Draft, 'get' | 'rows'>) => T): Promise<T>;
  /** What `work` puts and drops, in one commit; nothing of it when it throws. */
  change<T>(work: (draft: Draft) => T): Promise<T>;
  raw(key: string): Promise<Uint8Array>;
}

export const chunkKey = (streamId: string, sequence: number): string => `${streamId}/${sequence}`;

export function createTables(vault: Vault): TableSet {
  const inTurn = createSerialQueue();
  const tables = new Map<string, Map<string, Row>>();
  let isOpen = false;

  const tableOf = (name: string): Map<string, Row> => {
    const table = tables.get(name) ?? new Map<string, Row>();
    tables.set(name, table);
    return table;
  };
  const mustBeOpen = (): void => {
    if (!isOpen) throw new KitError('STORE_UNAVAILABLE', 'what is kept here is closed');
  };
  const get = <T extends TableName>(table: T, key: string) => tableOf(table).get(key) as KeptTables[T] | undefined;
  const rows = <T extends TableName>(table: T) => [...tableOf(table).values()] as KeptTables[T][];

  function forget(): void {
    isOpen = false;
    tables.clear();
  }

  return {
    open: () =>
      inTurn(async () => {
        const kept = await vault.open();
        forget();
        for (const { table, key, row } of kept) tableOf(table).set(key, row);
        isOpen = true;
      }),
    close: () =>
      inTurn(async () => {
        forget();
        await vault.close();
      }),
    clear: () =>
      inTurn(async () => {
        forget();
        await vault.clear();
      }),
    read: (look) =>
      inTurn(async () => {
        mustBeOpen();
        return look({ get, rows });
      }),
    change: (work) =>
      inTurn(async () => {
        mustBeOpen();
        const undo: (() => void)[] = [];
        const changes = new Map<string, VaultChange>();
        const set = (table: TableName, key: string, row: Row | null, raw?: Uint8Array): void => {
          const own = tableOf(table);
          const before = own.get(key);
          undo.push(() => (before === undefined ? own.delete(key) : own.set(key, before)));
          if (row === null) own.delete(key);
          else own.set(key, row);
          changes.set(`${table}/${key}`, { table, key, row, ...(raw ? { raw } : {}) });
        };
        try {
          const outcome = work({
            get,
            rows,
            put: (table, key, row, raw) => set(table, key, { ...row }, raw),
            drop: (table, key) => set(table, key, null),
            dropWhere: (table, which) => {
              for (const [key, row] of [...tableOf(table)])
                if (which(row as KeptTables[typeof table])) set(table, key, null);
            },
          });
          if (changes.size > 0) await vault.commit([...changes.values()]);
          return outcome;
        } catch (cause) {
          for (const back of undo.reverse()) back();
          throw cause;
        }
      }),
    raw: (key) => vault.raw('chunk', key),
  };
}
