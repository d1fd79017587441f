/** Telling of a protocol: events with the time of the sample or event that is being handled, prompts without repeats. */
import type { ProtocolEvent } from './step.ts';

export interface PhaseTalk<Prompt extends string> {
  /** Where events go, and when, until the next call. */
  begin(events: ProtocolEvent[], at: { readonly timeS: number }): void;
  readonly timeS: number;
  emit(type: ProtocolEvent['type'], code: string, values?: Readonly<Record<string, number>>): void;
  /** Says it unless it was said last. */
  ask(prompt: Prompt): void;
  readonly prompt: Prompt;
  save(): Prompt;
  restore(prompt: Prompt): void;
}

export function createPhaseTalk<Prompt extends string>(first: Prompt): PhaseTalk<Prompt> {
  let out: ProtocolEvent[] = [];
  let prompt = first;
  // A field, because a number in a variable of a closure would be allocated at every sample.
  const now = { timeS: 0 };
  const talk: PhaseTalk<Prompt> = {
    begin(events, at) {
      out = events;
      now.timeS = at.timeS;
    },
    get timeS() {
      return now.timeS;
    },
    emit(type, code, values) {
      const base = { timeS: now.timeS, type, code, side: null };
      out.push(values ? { ...base, values } : base);
    },
    ask(next) {
      if (prompt === next) return;
      prompt = next;
      talk.emit('prompt', next);
    },
    get prompt() {
      return prompt;
    },
    save: () => prompt,
    restore(saved) {
      prompt = saved;
    },
  };
  return talk;
}
