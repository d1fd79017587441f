/** What changes slowly, as signals. Sample-rate data stays out (see live/). */
import { computed, signal } from '@preact/signals';
import type { KitState, SensorState } from '../../src/contract/state.ts';
import type { Problem } from '../i18n/index.ts';
import type { Freshness } from '../logic/freshness.ts';
import type { LastTest } from '../logic/last-test.ts';
import { parseRoute, type Route } from '../logic/route.ts';

export type { Problem };
export type LinkStatus = 'connecting' | 'open' | 'lost' | 'mismatch';

export const kit = signal<KitState | null>(null);
export const link = signal<LinkStatus>('connecting');
export const freshness = signal<Freshness>('gone');
/** Tenths of a second since the last frame, as text; empty while fresh. */
export const noDataSinceS = signal<string>('');
/** True while the last frame received carried the simulated flag. */
export const simulatedFrames = signal(false);
/** The gateway began anew while this page was open; the test that it cut off, if one was running. */
export const restarted = signal<{
  readonly test: { readonly sessionId: string; readonly subjectCode: string } | null;
} | null>(null);
/** True once a simulated sensor took part in the present test, and then as long as the test is shown. */
export const testSimulated = signal(false);
export const problem = signal<Problem | null>(null);
export const route = signal<Route>(parseRoute(location.hash));
/** Kept so that the result page stays after the test is put away. */
export const lastFrt = signal<LastTest | null>(null);

export const sensors = computed(() => kit.value?.sensors ?? []);
export const headSensor = computed<SensorState | null>(
  () => sensors.value.find((sensor) => sensor.role === 'head') ?? null,
);
export const alignment = computed(() => kit.value?.alignment ?? null);
export const frt = computed(() => kit.value?.frt ?? null);
export const trial = computed(() => kit.value?.trial ?? null);
export const recording = computed(() => kit.value?.recording ?? null);
export const aligned = computed(() => alignment.value?.phase === 'accepted');

/** What is on the page came from a simulator: a sensor, the frames, or the test or result shown after both are gone. */
export const simulated = computed(() => {
  if (simulatedFrames.value || sensors.value.some((sensor) => sensor.simulated)) return true;
  if (route.value.view === 'trial') return trial.value !== null && testSimulated.value;
  if (route.value.view === 'frt') return frt.value !== null && testSimulated.value;
  return route.value.view === 'result' && lastFrt.value?.simulated === true;
});

/** True while a test of any kind is being run: keys are live and leaving the page is unwise. */
export const frtRunning = computed(() => {
  const phase = frt.value?.phase;
  return (phase !== undefined && phase !== 'finished' && phase !== 'stopped') || trial.value?.ended === false;
});

window.addEventListener('hashchange', () => {
  route.value = parseRoute(location.hash);
});
