/** One visit: its subject code before and while it is recorded, and its end. */
import { computed, effect, signal } from '@preact/signals';
import { formatRoute } from '../logic/route.ts';
import { normaliseSubjectCode, suggestSubjectCode } from '../logic/subject-code.ts';
import { command } from './gateway-link.ts';
import { frt, kit, recording, trial } from './store.ts';

/** What was typed; null while nobody touched it: then the open session's subject or a suggestion stands there. */
const typed = signal<string | null>(null);
const suggestion = signal(suggestSubjectCode(Math.random));

/** The code as it stands in the form and as it will be kept. */
export const subjectCode = computed(() => typed.value ?? recording.value?.subjectCode ?? suggestion.value);

/** Takes what a person typed; returns what is shown for it. */
export function typeSubjectCode(text: string): string {
  typed.value = normaliseSubjectCode(text);
  return typed.value;
}

export function newSubjectCode(): void {
  typed.value = suggestSubjectCode(Math.random);
}

/** However a visit ended, the next subject gets a code of its own. */
let recorded: { readonly sessionId: string; readonly subjectCode: string } | null = null;
/** The visit that this page itself has finished, or is about to: by its id, since reply and state come in any order. */
let finished: string | null = null;
/** Whose visit has ended without "Finish visit", as when its sensor was let go of; null: nobody's, or it was read. */
export const visitOver = signal<string | null>(null);
effect(() => {
  // Cut off by a restart of the gateway, the same subject may well go on.
  if (kit.value === null) {
    recorded = null;
    return;
  }
  const open = recording.value;
  if (open === null && recorded !== null) {
    typed.value = null;
    suggestion.value = suggestSubjectCode(Math.random);
    if (recorded.sessionId !== finished) visitOver.value = recorded.subjectCode;
  }
  if (open !== null) visitOver.value = null;
  recorded = open;
});

/** Puts an ended test away, so that the next one can begin. */
export async function closeTest(): Promise<boolean> {
  const open = frt.value;
  if (open === null || (open.phase !== 'finished' && open.phase !== 'stopped')) return true;
  return command({ type: 'frt-close' });
}
async function closeOtherTest(): Promise<boolean> {
  return trial.value?.ended !== true || command({ type: 'trial-close' });
}

/** Ends the session and shows the list it is now in; the sensor stays connected for the next subject. */
export async function finishVisit(): Promise<void> {
  if (!(await closeTest()) || !(await closeOtherTest())) return;
  const open = recording.value;
  if (open !== null) {
    finished = open.sessionId;
    if (!(await command({ type: 'session-end' }))) {
      finished = null;
      return;
    }
  }
  location.hash = formatRoute({ view: 'sessions' });
}
