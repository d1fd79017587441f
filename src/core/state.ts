/**
 * Saving and restoring the state of an algorithm. A state is a plain object of numbers, booleans, strings, null,
 * Float64Arrays, and arrays and objects of these. What `saveState` returns is a deep copy that survives JSON bit for
 * bit: NaN, infinities and minus zero, which JSON cannot carry, are written as words.
 */

type Saved = number | boolean | string | null | SavedSpecial | SavedColumn | Saved[] | { [key: string]: Saved };
interface SavedSpecial {
  readonly $n: string;
}
interface SavedColumn {
  readonly $f64: Saved[];
}

function saveNumber(value: number): Saved {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return { $n: Object.is(value, -0) ? '-0' : String(value) };
}

/** Deep, JSON-safe copy of a state. */
export function saveState(value: unknown): unknown {
  if (typeof value === 'number') return saveNumber(value);
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (value instanceof Float64Array) return { $f64: Array.from(value, saveNumber) };
  if (Array.isArray(value)) return value.map(saveState);
  if (typeof value === 'object') {
    const out: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) if (item !== undefined) out[key] = saveState(item);
    return out;
  }
  throw new TypeError(`a state cannot hold a ${typeof value}`);
}

/** The value that `saveState` was given, made anew. */
export function reviveState(saved: unknown): unknown {
  if (saved === null || typeof saved !== 'object') return saved;
  if (Array.isArray(saved)) return saved.map(reviveState);
  if ('$n' in saved) return Number(saved.$n);
  if ('$f64' in saved) return Float64Array.from(saved.$f64 as unknown[], (item) => reviveState(item) as number);
  const out: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(saved)) out[key] = reviveState(item);
  return out;
}

/**
 * Writes a saved state into the live one, in place, so that arrays handed out before stay valid.
 * Throws a TypeError when the shapes differ: that is another algorithm's state, a programming error.
 */
export function loadState(target: object, saved: unknown): void {
  loadInto(target as Record<string, unknown>, reviveState(saved), 'state');
}

function loadInto(target: Record<string, unknown>, source: unknown, path: string): void {
  if (source === null || typeof source !== 'object' || Array.isArray(source)) {
    throw new TypeError(`${path} is not a saved state`);
  }
  const from = source as Record<string, unknown>;
  for (const key of Object.keys(target)) {
    if (!(key in from)) throw new TypeError(`${path}.${key} is missing`);
    const mine = target[key];
    const theirs = from[key];
    if (mine instanceof Float64Array) {
      if (!(theirs instanceof Float64Array) || theirs.length !== mine.length) {
        throw new TypeError(`${path}.${key} has another length`);
      }
      mine.set(theirs);
    } else if (Array.isArray(mine)) {
      if (!Array.isArray(theirs)) throw new TypeError(`${path}.${key} is not a list`);
      mine.length = 0;
      for (const item of theirs) mine.push(item);
    } else if (mine !== null && typeof mine === 'object' && theirs !== null) {
      loadInto(mine as Record<string, unknown>, theirs, `${path}.${key}`);
    } else {
      target[key] = theirs;
    }
  }
}
