/** What the cells of one row have to agree on. */

import type { MappedColumn } from '../tables/column-map.ts';
import { REPETITIONS_ID } from '../tables/repetitions.ts';
import type { FaultCode } from './fault.ts';

export interface RowFault {
  readonly code: FaultCode;
  readonly column: string;
  readonly message: string;
}

/** A value or the reason why there is none: exactly one of the two, in every pair of columns. */
export function* reasonFaults(columns: readonly MappedColumn[], cells: readonly string[]): Iterable<RowFault> {
  for (const [index, { name, column }] of columns.entries()) {
    if (column.reasonColumn === null) continue;
    const at = columns.findIndex((other) => other.column.name === column.reasonColumn);
    if (at < 0) continue;
    const empty = cells[index] === '';
    const reason = cells[at] ?? '';
    if (empty && reason === '')
      yield { code: 'reason-missing', column: name, message: `it is empty, and ${columns[at]!.name} does not say why` };
    if (!empty && reason !== '')
      yield { code: 'reason-not-needed', column: columns[at]!.name, message: `"${reason}" stands beside a value` };
  }
}

/** What cannot be true at once. */
export function* contradictions(
  tableId: string,
  columns: readonly MappedColumn[],
  cells: readonly string[],
): Iterable<RowFault> {
  const at = (ours: string): number => columns.findIndex(({ column }) => column.name === ours);
  const cell = (ours: string): string => cells[at(ours)] ?? '';
  const told = (ours: string, message: string): RowFault => ({
    code: 'contradiction',
    column: columns[at(ours)]?.name ?? ours,
    message,
  });
  if (tableId === REPETITIONS_ID) {
    if (cell('counted') === 'true' && cell('rejection_reason') !== '')
      yield told('rejection_reason', 'it counts and was rejected');
    if (cell('counted') === 'true' && cell('practice') === 'true') yield told('practice', 'it counts and was practice');
    const direction = cell('direction');
    const side = direction.endsWith('left') ? 'left' : direction.endsWith('right') ? 'right' : 'none';
    if (cell('side') !== '' && direction !== '' && cell('side') !== side)
      yield told('side', `the direction is ${direction}`);
    return;
  }
  const [start, end] = [Date.parse(cell('started_at')), Date.parse(cell('ended_at'))];
  if (end < start) yield told('ended_at', 'the visit ends before it begins');
}
