/**
 * Keeps the parts of `previous` that did not change. The gateway sends its whole state on every change; with the same
 * object standing for the same content, only what changed is drawn again. Plain JSON values only.
 */
export function shareStructure<T>(previous: unknown, next: T): T {
  if (Object.is(previous, next)) return next;
  if (typeof previous !== 'object' || typeof next !== 'object' || previous === null || next === null) return next;
  if (Array.isArray(previous) !== Array.isArray(next)) return next;
  const keys = Object.keys(next);
  let same = keys.length === Object.keys(previous).length;
  const keep = (key: string): unknown => {
    const old = Object.hasOwn(previous, key) ? (previous as Record<string, unknown>)[key] : undefined;
    const value = shareStructure(old, (next as Record<string, unknown>)[key]);
    if (!Object.is(value, old)) same = false;
    return value;
  };
  const merged = Array.isArray(next) ? keys.map(keep) : Object.fromEntries(keys.map((key) => [key, keep(key)]));
  return (same ? previous : merged) as T;
}
