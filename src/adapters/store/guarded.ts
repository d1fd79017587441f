/** Every failure of an engine leaves the store in the words of the catalogue. */
import { storeError } from './store-errors.ts';

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

async function* guardEach(items: AsyncIterable<unknown>): AsyncIterable<unknown> {
  try {
    yield* items;
  } catch (cause) {
    throw storeError(cause);
  }
}

/** The same methods; what they reject with is a KitError. */
export function guarded<T extends object>(part: T): T {
  return new Proxy(part, {
    get(target, key) {
      const method: unknown = Reflect.get(target, key);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]): unknown => {
        const outcome: unknown = Reflect.apply(method, target, args);
        if (isAsyncIterable(outcome)) return guardEach(outcome);
        return Promise.resolve(outcome).catch((cause: unknown) => {
          throw storeError(cause);
        });
      };
    },
  });
}
