/** argon2id off the event loop: the samples of a running test do not wait for a password. */
import { hash, verify } from '@node-rs/argon2';
import type { PasswordHasher } from '../../ports/password-hasher.ts';

/** OWASP's recommendation: 19 MiB, two passes, one lane. About 10 ms of one core. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export const argon2Hasher: PasswordHasher = {
  // argon2id is the library's default algorithm.
  hash: (password) => hash(password.normalize('NFKC'), PARAMETERS),
  async verify(encoded, password) {
    try {
      return await verify(encoded, password.normalize('NFKC'));
    } catch {
      return false;
    }
  },
};
