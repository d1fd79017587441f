/** Choices that several forms of a subject share. */
import { t } from '../i18n/index.ts';

export type SideChoice = 'left' | 'right' | 'both' | 'alternating' | 'unknown';

export function sideOptions(): readonly (readonly [SideChoice, string])[] {
  const { sides, episode } = t.outcome;
  return [
    ['unknown', episode.unknown],
    ['left', sides.left],
    ['right', sides.right],
    ['both', sides.both],
    ['alternating', sides.alternating],
  ];
}

/** For what was felt under the fingers: one of the two or both. */
export function palpableSides(): readonly (readonly ['left' | 'right' | 'both', string])[] {
  const { sides } = t.outcome;
  return [
    ['left', sides.left],
    ['right', sides.right],
    ['both', sides.both],
  ];
}

/** All words of a list, in its order. */
export const optionsOf = <T extends string>(
  codes: readonly T[],
  words: Readonly<Record<T, string>>,
): readonly (readonly [T, string])[] => codes.map((code) => [code, words[code]] as const);
