/** One line of the table of routes. */
import { z } from 'zod';
import type { Who } from './policy.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export interface RouteRule {
  readonly who: Who;
  /** own: a home account gets what is of its own subject, and NOT_FOUND for the rest. */
  readonly subject: 'none' | 'own';
  /** Answered while the page is locked: only what unlocking or leaving takes. */
  readonly whileLocked?: true;
  readonly summary: string;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Of the answer: a schema (JSON), or a media type. */
  readonly answer: z.ZodType | string;
}

/** A rule with its types kept. */
export const rule = <const R extends RouteRule>(value: R): R => value;

/** A whole number as an address has it. Nothing is guessed: an empty one is no zero. */
export const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,16}$/, 'a whole number')
    .transform(Number)
    .pipe(z.number().min(min).max(max));
