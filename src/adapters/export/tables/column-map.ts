/**
 * The names that another system wants: a JSON file which renames, omits and orders our columns.
 *
 *   { "schema": "neck-rom/visits", "version": 1,
 *     "rename": { "subject_code": "PatientId" }, "omit": ["sensor_serial"], "order": ["subject_code", "started_at"] }
 *
 * Columns of `order` come first, the others follow in our order. The simulated mark cannot be left out.
 */
import { z } from 'zod';
import { KitError } from '../../../contract/errors.ts';
import type { ColumnRules, TableRules } from './table.ts';

const schema = z.strictObject({
  schema: z.string(),
  version: z.number().int(),
  rename: z.record(z.string(), z.string()).optional(),
  omit: z.array(z.string()).optional(),
  order: z.array(z.string()).optional(),
});

export type ColumnMap = z.infer<typeof schema>;

/** Left out, a row could be taken for the measurement of a person, or could not be told from another. */
const NEVER_OMITTED = ['simulated', 'schema_id', 'schema_version'];

export interface MappedColumn<C extends ColumnRules = ColumnRules> {
  /** In the file. */
  readonly name: string;
  readonly column: C;
}

const refuse = (what: string): KitError => new KitError('BAD_COLUMN_MAP', what);

/** Reads and checks a map; every fault is BAD_COLUMN_MAP with the name of what is wrong. */
export function readColumnMap(text: string, tables: readonly TableRules[]): ColumnMap {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw refuse(`it is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(`${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'not as it should be'}`);
  }
  const map = parsed.data;
  const table = tables.find(({ id }) => id === map.schema);
  if (!table) throw refuse(`schema "${map.schema}" is not one of ${tables.map(({ id }) => id).join(', ')}`);
  if (map.version !== table.version) throw refuse(`it is for version ${map.version}, this is version ${table.version}`);
  const known = new Set(table.columns.map(({ name }) => name));
  for (const [field, names] of [
    ['rename', Object.keys(map.rename ?? {})],
    ['omit', map.omit ?? []],
    ['order', map.order ?? []],
  ] as const) {
    for (const name of names) if (!known.has(name)) throw refuse(`${field}: there is no column "${name}"`);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw refuse(`${field}: "${twice}" stands there twice`);
  }
  const kept = NEVER_OMITTED.find((name) => map.omit?.includes(name));
  if (kept) throw refuse(`omit: "${kept}" stands in every row`);
  const both = map.omit?.find((name) => map.order?.includes(name) || map.rename?.[name] !== undefined);
  if (both) throw refuse(`omit: "${both}" is also renamed or ordered`);
  for (const [ours, theirs] of Object.entries(map.rename ?? {})) {
    if (theirs.trim() === '' || /[\p{Cc}]/u.test(theirs)) throw refuse(`rename.${ours}: an empty or unprintable name`);
    if (/^'*[=+\-@]/.test(theirs)) throw refuse(`rename.${ours}: "${theirs}" would be taken for a formula`);
  }
  const names = mappedColumns(table, map).map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw refuse(`two columns would be called "${twice}"`);
  return map;
}

/** The columns of the file in their order, under their names in it. */
export function mappedColumns<C extends ColumnRules>(
  table: { readonly id: string; readonly columns: readonly C[] },
  map: ColumnMap | null,
): MappedColumn<C>[] {
  if (map && map.schema !== table.id) throw refuse(`it is for ${map.schema}, this is ${table.id}`);
  const omit = new Set(map?.omit);
  const order = map?.order ?? [];
  const first = order.flatMap((name) => table.columns.filter((column) => column.name === name));
  const rest = table.columns.filter(({ name }) => !order.includes(name) && !omit.has(name));
  return [...first, ...rest].map((column) => ({ name: map?.rename?.[column.name] ?? column.name, column }));
}
