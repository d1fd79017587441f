/** Light, dark, or as the system; kept for the next visit. */
import { effect, signal } from '@preact/signals';

export type ThemeChoice = 'auto' | 'light' | 'dark';
const KEY = 'neck-theme';
const ORDER: readonly ThemeChoice[] = ['auto', 'light', 'dark'];

function stored(): ThemeChoice {
  const value = localStorage.getItem(KEY);
  return ORDER.find((choice) => choice === value) ?? 'auto';
}

export const themeChoice = signal<ThemeChoice>(stored());
const systemDark = window.matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(systemDark.matches);
systemDark.addEventListener('change', () => {
  systemIsDark.value = systemDark.matches;
});

/** What is shown: canvases read their colours anew when this changes. */
export const theme = signal<'light' | 'dark'>('light');

effect(() => {
  const choice = themeChoice.value;
  const shown = choice === 'auto' ? (systemIsDark.value ? 'dark' : 'light') : choice;
  document.documentElement.dataset['theme'] = shown;
  theme.value = shown;
});

export function nextTheme(): void {
  const next = ORDER[(ORDER.indexOf(themeChoice.value) + 1) % ORDER.length]!;
  themeChoice.value = next;
  localStorage.setItem(KEY, next);
}

/** A colour token's present value, for canvases. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
