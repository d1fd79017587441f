/**
 * An answer is taken when its question can have been heard or read: a second press of the key that answered the last
 * question must not answer the next one, least of all the signs that stop, where silence means "none of these".
 */
import { signal } from '@preact/signals';
import { type Step, step } from './run.ts';

/** For eight short sentences, and for one, ms: slower than any double press, and no wait for who reads. */
const READ_MS: Partial<Record<Step, number>> = { signs: 6000, precaution: 700, analgesic: 700, flexed: 700 };

/** False while a "no" to what is asked now is not taken. */
export const readable = signal(true);

let timer: ReturnType<typeof setTimeout> | undefined;
step.subscribe((now) => {
  clearTimeout(timer);
  const readMs = READ_MS[now] ?? 0;
  readable.value = readMs === 0;
  if (readMs > 0)
    timer = setTimeout(() => {
      readable.value = true;
    }, readMs);
});
