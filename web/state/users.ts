/** Accounts and sign-ins, as an administrator sees them. */
import { signal } from '@preact/signals';
import { z } from 'zod';
import {
  type AccountChange,
  type AccountView,
  accessSettingsSchema,
  accountSchema,
  type LoginView,
  loginSchema,
  type NewAccount,
} from '../../src/contract/access.ts';
import { type Answer, api } from './api.ts';
import type { Problem } from './store.ts';

export const accounts = signal<readonly AccountView[] | null>(null);
export const logins = signal<readonly LoginView[]>([]);
export const lockAfterMinutes = signal(15);
export const usersProblem = signal<Problem | null>(null);

function keep<T>(answer: Answer<T>, take: (value: T) => void): boolean {
  usersProblem.value = answer.ok ? null : answer.problem;
  if (answer.ok) take(answer.value);
  return answer.ok;
}

export async function loadUsers(): Promise<void> {
  const [all, inside, settings] = await Promise.all([
    api('GET', '/accounts', z.array(accountSchema)),
    api('GET', '/logins', z.array(loginSchema)),
    api('GET', '/access/settings', accessSettingsSchema),
  ]);
  keep(inside, (value) => {
    logins.value = value;
  });
  keep(settings, (value) => {
    lockAfterMinutes.value = value.lockAfterMinutes;
  });
  keep(all, (value) => {
    accounts.value = value;
  });
}

async function changed<T>(answer: Answer<T>): Promise<boolean> {
  const ok = keep(answer, () => {});
  if (ok) await loadUsers();
  return ok;
}

export const addUser = async (account: NewAccount): Promise<boolean> =>
  changed(await api('POST', '/accounts', accountSchema, account));

export const changeUser = async (id: string, change: AccountChange): Promise<boolean> =>
  changed(await api('PATCH', `/accounts/${encodeURIComponent(id)}`, accountSchema, change));

export const endLogin = async (id: string): Promise<boolean> =>
  changed(await api('DELETE', `/logins/${encodeURIComponent(id)}`, z.object({ ok: z.literal(true) })));

export const saveLockAfter = async (minutes: number): Promise<boolean> =>
  changed(await api('PUT', '/access/settings', accessSettingsSchema, { lockAfterMinutes: minutes }));
