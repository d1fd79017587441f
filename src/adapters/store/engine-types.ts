/** What differs between the SQL engines in the schema; everything else is written once. */
import type { ColumnDataType } from 'kysely';

export interface EngineTypes {
  readonly engine: 'sqlite' | 'postgres';
  readonly int8: ColumnDataType;
  readonly float8: ColumnDataType;
  readonly blob: ColumnDataType;
  /** Column type of a key that counts up by itself. */
  readonly serial: ColumnDataType;
  /** Statements after which rows of the table can be added, and neither changed nor removed. */
  appendOnly(table: string): readonly string[];
}

export const SQLITE_TYPES: EngineTypes = {
  engine: 'sqlite',
  int8: 'integer',
  float8: 'real',
  blob: 'blob',
  serial: 'integer',
  appendOnly: (table) =>
    ['update', 'delete'].map(
      (change) =>
        `create trigger ${table}_no_${change} before ${change} on ${table} begin select raise(abort, '${table} is append-only'); end`,
    ),
};

export const POSTGRES_TYPES: EngineTypes = {
  engine: 'postgres',
  int8: 'int8',
  float8: 'float8',
  blob: 'bytea',
  serial: 'bigserial',
  appendOnly: (table) => [
    `create function ${table}_refuse() returns trigger language plpgsql as $$ begin raise exception '${table} is append-only'; end $$`,
    `create trigger ${table}_no_change before update or delete on ${table} for each row execute function ${table}_refuse()`,
  ],
};
