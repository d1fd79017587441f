/** Passwords are kept as a slow hash with its own salt and parameters in it. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** False for a hash that cannot be read, too. */
  verify(hash: string, password: string): Promise<boolean>;
}
