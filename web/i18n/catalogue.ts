/** The shape that every language satisfies: the English catalogue is the original. */
import type { en } from './en.ts';

export type Catalogue = typeof en;
