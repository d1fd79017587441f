/** Every table that leaves as CSV. */
import { GROUP } from './group.ts';
import { REPETITIONS } from './repetitions.ts';
import type { TableRules } from './table.ts';
import { VISITS } from './visits.ts';

export const TABLES: readonly TableRules[] = [REPETITIONS, VISITS, GROUP];

export const tableOf = (id: string): TableRules | null => TABLES.find((table) => table.id === id) ?? null;
