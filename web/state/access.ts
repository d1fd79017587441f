/** Who is signed in at this page, and the calls that change it. */
import { computed, effect, signal } from '@preact/signals';
import { type AccessView, accessViewSchema } from '../../src/contract/access.ts';
import { t } from '../i18n/index.ts';
import { api } from './api.ts';
import type { Problem } from './store.ts';

/** Null until the gateway has said so for the first time. */
export const access = signal<AccessView | null>(null);
export const inside = computed(() => access.value?.status === 'signed-in' || access.value?.status === 'open');
export const isAdmin = computed(() => access.value?.role === 'admin');

/** The code of the first start, when the kit opened this page itself; taken out of the address at once. */
export const codeFromAddress = takeCode();

function takeCode(): string | null {
  const found = /^#first-start=([0-9A-Za-z-]{1,32})$/.exec(location.hash);
  if (!found) return null;
  history.replaceState(null, '', location.pathname + location.search);
  return found[1]!;
}

/** Asks the gateway; true when it answered. */
export async function refreshAccess(): Promise<boolean> {
  const reply = await api('GET', '/access', accessViewSchema);
  if (reply.ok) access.value = reply.value;
  return reply.ok;
}

async function change(path: string, body?: object): Promise<Problem | null> {
  const reply = await api('POST', `/access/${path}`, accessViewSchema, body);
  if (reply.ok) access.value = reply.value;
  // The page is behind the gateway: somebody else was first, or the session has ended meanwhile.
  else if (['FIRST_START_DONE', 'NOT_SIGNED_IN'].includes(reply.problem.code)) await refreshAccess();
  return reply.ok ? null : reply.problem;
}

export const signIn = (handle: string, password: string): Promise<Problem | null> =>
  change('sign-in', { handle, password });
export const firstStart = (code: string, handle: string, password: string): Promise<Problem | null> =>
  change('first-start', { code, handle, password });
export const unlock = (password: string): Promise<Problem | null> => change('unlock', { password });
export const signOut = (): Promise<Problem | null> => change('sign-out');
export const lock = (): Promise<Problem | null> => change('lock');

/** A sentence of the role, for people. */
export const roleWord = (role: AccessView['role']): string => (role === null ? t.unknown : t.access.roles[role]);

/** The gateway counts idle time from the last sign of a person; a sign is sent at most so often, ms. */
const ACTIVE_EVERY_MS = 20_000;
/** After the idle time a page asks how it stands, and shows the lock without a touch, ms later. */
const LOCK_SLACK_MS = 6000;

let toldAtMs = 0;
let asked = 0;

function noticePerson(): void {
  if (access.value?.status !== 'signed-in') return;
  askLater();
  if (performance.now() - toldAtMs < ACTIVE_EVERY_MS) return;
  toldAtMs = performance.now();
  void change('active');
}

function askLater(): void {
  window.clearTimeout(asked);
  const minutes = access.value?.lockAfterMinutes ?? 15;
  asked = window.setTimeout(() => void refreshAccess().then(askLater), minutes * 60_000 + LOCK_SLACK_MS);
}

export function watchForPerson(): void {
  for (const kind of ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const)
    window.addEventListener(kind, noticePerson, { capture: true, passive: true });
  effect(() => {
    if (access.value?.status === 'signed-in') askLater();
  });
}
