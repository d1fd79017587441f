/** Answers that a device gives as notifications: who waits for one is told of the first that fits, or that none came. */
import { KitError } from '../contract/errors.ts';

/** The clockwork that Node and browsers share; nothing else of either is used here. */
declare const setTimeout: (run: () => void, delayMs: number) => unknown;
declare const clearTimeout: (timer: unknown) => void;

/** How long an answer is awaited, ms: twenty connection intervals of a slow link. */
const REPLY_DEADLINE_MS = 1000;

export interface Replies {
  /** Every notification that may be an answer goes through here. */
  push(bytes: Uint8Array): void;
  /** Call before asking. Rejects with LINK_TIMEOUT, naming `what`, when nothing that fits comes in time. */
  next(what: string, fits: (bytes: Uint8Array) => boolean, deadlineMs?: number): Promise<Uint8Array>;
}

export function createReplies(): Replies {
  const waiting = new Set<(bytes: Uint8Array) => void>();
  return {
    push(bytes) {
      for (const offer of [...waiting]) offer(bytes);
    },
    next: (what, fits, deadlineMs = REPLY_DEADLINE_MS) =>
      new Promise((resolve, reject) => {
        const offer = (bytes: Uint8Array): void => {
          if (!fits(bytes)) return;
          clearTimeout(late);
          waiting.delete(offer);
          resolve(bytes);
        };
        const late = setTimeout(() => {
          waiting.delete(offer);
          reject(new KitError('LINK_TIMEOUT', `no answer: ${what}`));
        }, deadlineMs);
        waiting.add(offer);
      }),
  };
}

/** Writes what asks, and waits for the answer; a question that cannot be sent is not waited for. */
export async function ask(
  replies: Replies,
  what: string,
  send: () => Promise<void>,
  fits: (bytes: Uint8Array) => boolean,
  deadlineMs?: number,
): Promise<Uint8Array> {
  const answer = replies.next(what, fits, deadlineMs);
  // The rejection of an answer that nobody awaits any more is not news.
  answer.catch(() => undefined);
  await send();
  return answer;
}
