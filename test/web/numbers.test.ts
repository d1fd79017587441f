/** A typed list of numbers is taken whole or not at all. */
import { expect, it } from 'vitest';
import { numbersOf } from '../../web/logic/numbers.ts';

it.each([
  ['6, 12', [6, 12]],
  [' 6;12  26 ', [6, 12, 26]],
  ['6,6, 12,', [6, 12]],
  ['', []],
  [' , ', []],
  ['1', [1]],
  ['260', [260]],
  ['261', null],
  ['0', null],
  ['-3', null],
  ['1.5', null],
  ['1e2', null],
  ['4, soon', null],
  ['99999999999999999999', null],
  ['1 2 3 4 5 6 7 8 9 10 11 12', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
  ['1 2 3 4 5 6 7 8 9 10 11 12 13', null],
])('"%s"', (text, numbers) => {
  expect(numbersOf(text, { most: 260, entries: 12 })).toEqual(numbers);
});
