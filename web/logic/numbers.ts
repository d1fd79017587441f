/**
 * Whole numbers from 1 to `most` from a typed list, each once, in the order in which they were typed; null where something
 * else stands among them, or more than `entries`. Nothing is left out in silence.
 */
export function numbersOf(text: string, { most, entries }: ListLimits): number[] | null {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  const numbers = [...new Set(words.map((word) => (/^\d+$/.test(word) ? Number(word) : Number.NaN)))];
  return numbers.length <= entries && numbers.every((value) => value >= 1 && value <= most) ? numbers : null;
}

export interface ListLimits {
  readonly most: number;
  readonly entries: number;
}
