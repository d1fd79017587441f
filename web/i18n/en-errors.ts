/** The error catalogue's own words: the gateway speaks English. Part of the English catalogue. */
import { ERRORS } from '../../src/contract/errors.ts';

export interface Words {
  readonly message: string;
  readonly hint: string;
}

export const errors: Readonly<Record<string, Words>> = Object.fromEntries(
  Object.entries(ERRORS).map(([code, { message, hint }]) => [code, { message, hint }]),
);
