/** What the gateway says went wrong, in the language on screen. It speaks English; its codes carry the meaning. */
import { ERRORS } from '../../src/contract/errors.ts';
import { t } from './format.ts';

/** A problem to show, with what to do next. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

const english: Readonly<Record<string, { readonly message: string }>> = ERRORS;

/** What the gateway said beyond its catalogue's words: " (a test is running)"; null when it said something else. */
function beyondCatalogue(code: string, message: string): string | null {
  const own = english[code]?.message;
  return own !== undefined && message.startsWith(own) ? message.slice(own.length) : null;
}

/** The details that people meet are in the catalogue too; names and numbers stay as they came. */
function detailWords(rest: string): string {
  const detail = /^ \((.*)\)$/s.exec(rest)?.[1];
  if (detail === undefined) return rest;
  return ` (${toldText(detail)})`;
}

/** What the page itself found out. */
function ownWords(code: string): { readonly message: string; readonly hint: string } | undefined {
  if (code === 'OFFLINE') return { message: t.local.offline, hint: t.local.offlineHint };
  if (code === 'NO_ANSWER') return { message: t.local.noAnswer, hint: t.local.noAnswerHint };
  return t.errors[code];
}

function messageOf({ code, message }: Problem): string {
  const known = ownWords(code);
  if (known === undefined) return message;
  return known.message + detailWords(beyondCatalogue(code, message) ?? '');
}

/** A sentence of the gateway that came without a code: an error's words, a detail of the catalogue, or as it is. */
export function toldText(text: string): string {
  const detail = t.details[text];
  if (detail !== undefined) return detail;
  const code = Object.keys(english).find((one) => text.startsWith(english[one]!.message));
  return code === undefined ? text : messageOf({ code, message: text, hint: '' });
}

/** The problem with its words read from the catalogue whenever they are drawn. An unknown code keeps its own words. */
export function told(problem: Problem): Problem {
  return {
    code: problem.code,
    get message() {
      return messageOf(problem);
    },
    get hint() {
      return ownWords(problem.code)?.hint ?? problem.hint;
    },
  };
}
