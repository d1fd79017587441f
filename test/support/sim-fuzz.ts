/** Garbage for decoders: seeded, fast, and close enough to valid bytes to get past the first check. */
import { createRandom, type Random } from '../../src/adapters/sim/subject/random.ts';

/** Random bytes, or one of `valid` cut, lengthened, or with a few bytes changed. */
export function createGarbage(seed: number, valid: readonly Uint8Array[]): { next(): Uint8Array; random: Random } {
  const random = createRandom(seed, 'garbage');
  const integer = (below: number): number => Math.floor(random.next() * below);
  const noise = (length: number): Uint8Array => Uint8Array.from({ length }, () => integer(256));
  const next = (): Uint8Array => {
    const kind = integer(5);
    if (kind === 0) return noise(integer(260));
    const bytes = valid[integer(valid.length)]!.slice();
    if (kind === 1) return bytes.subarray(0, integer(bytes.length + 1));
    if (kind === 2) return Uint8Array.from([...bytes, ...noise(1 + integer(40))]);
    const changes = kind === 3 ? 1 : 1 + integer(8);
    for (let i = 0; i < changes && bytes.length > 0; i++) {
      bytes[integer(bytes.length)] = random.next() < 0.3 ? [0, 0xff, 0x80, 0x7f][integer(4)]! : integer(256);
    }
    return bytes;
  };
  return { next, random };
}
