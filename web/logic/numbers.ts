/** Whole numbers above zero from a typed list that was checked, each once, in the order in which they were typed. */
export const numbersOf = (text: string): number[] => [
  ...new Set(
    text
      .split(/[\s,;]+/)
      .map(Number)
      .filter((value) => Number.isInteger(value) && value > 0),
  ),
];
