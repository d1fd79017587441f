/**
 * Keeps the parts of `previous` that did not change. The gateway sends its whole state on every change; with the same
 * object standing for the same content, only what changed is drawn again. Plain JSON values only.
 */
export function shareStructure<T>(previous: unknown, next: T): T {
  if (Object.is(previous, next)) return next;
  if (typeof previous !== 'object' || typeof next !== 'object' || previous === null || next === null) return next;
  if (Array.isArray(previous) !== Array.isArray(next)) return next;
  const before = previous as Record<string, unknown>;
  const after = next as Record<string, unknown>;
  const keys = Object.keys(after);
  let same = keys.length === Object.keys(before).length;
  const merged: Record<string, unknown> | unknown[] = Array.isArray(next) ? [] : {};
  for (const key of keys) {
    const value = shareStructure(before[key], after[key]);
    (merged as Record<string, unknown>)[key] = value;
    if (!Object.is(value, before[key])) same = false;
  }
  return (same ? previous : merged) as T;
}
