/** Which published reference a result is held against on this page. A preference, no data of anybody. */
import { signal } from '@preact/signals';
import {
  DEFAULT_FRT_REFERENCE_ID,
  type FrtReference,
  frtReference,
  SELECTABLE_FRT_REFERENCES,
} from '../../src/core/reference/frt-reference.ts';

const KEY = 'neck-reference';

function kept(): string {
  try {
    return localStorage.getItem(KEY) ?? DEFAULT_FRT_REFERENCE_ID;
  } catch {
    return DEFAULT_FRT_REFERENCE_ID;
  }
}
const known = (id: string): string =>
  SELECTABLE_FRT_REFERENCES.some((one) => one.id === id) ? id : DEFAULT_FRT_REFERENCE_ID;

export const referenceId = signal(known(kept()));
export const chosenReference = (): FrtReference => frtReference(referenceId.value);

export function chooseReference(id: string): void {
  referenceId.value = known(id);
  try {
    localStorage.setItem(KEY, referenceId.value);
  } catch {
    // It holds until the page is closed.
  }
}
