/** A visit at home as its page sends it, on the simulated subject, for tests. */
import { createServer } from 'node:net';
import type { HomeView, ReceivedBundleView } from '../../src/contract/transfer.ts';
import { SCREEN_ITEMS } from '../../src/core/visit/safety-screen.ts';
import { connectLiveClient, type LiveClient } from './live-client.ts';
import { ask } from './signed-in.ts';
import { align, connectSimulated } from './visit.ts';

/** Nothing applies. */
export const CLEAR_ANSWERS = Object.fromEntries(
  SCREEN_ITEMS.filter((item) => item.atHome).map((item) => [item.key, false]),
);

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

export async function homeView(url: string): Promise<HomeView> {
  return JSON.parse((await ask(url, '/api/v1/home')).body) as HomeView;
}
export async function received(url: string): Promise<ReceivedBundleView[]> {
  return JSON.parse((await ask(url, '/api/v1/transfer/received')).body) as ReceivedBundleView[];
}

export async function eventually<T>(what: string, look: () => Promise<T>, good: (value: T) => boolean): Promise<T> {
  const until = Date.now() + 240_000;
  for (;;) {
    const value = await look().catch(() => null);
    if (value !== null && good(value)) return value;
    if (Date.now() > until) throw new Error(`waited for: ${what}; the last was ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Answers, sensor, check, alignment: the head is ready to be measured. */
export async function homeReady(client: LiveClient, begin: 'home-start' | 'home-continue'): Promise<void> {
  await client.must(
    begin === 'home-start'
      ? { type: 'home-start', answers: CLEAR_ANSWERS, headacheNow: 2, analgesic6h: false }
      : { type: 'home-continue' },
  );
  await connectSimulated(client, 'simulator');
  await client.must({ type: 'sensor-check', index: 0 });
  await client.until('the check', (s) => s.sensors[0]?.check?.phase === 'done');
  await align(client);
}

export async function homeVisitTo(url: string, counted: number): Promise<LiveClient> {
  const client = await connectLiveClient(url);
  await homeReady(client, 'home-start');
  await client.must({ type: 'home-trial' });
  const done = (n: number) => `${n} repetitions`;
  await client.until(
    done(counted),
    (s) => (s.trial?.repetitions.filter((r) => r.status === 'counted').length ?? 0) >= counted,
    240_000,
  );
  return client;
}

export async function wholeHomeVisit(url: string, begin: 'home-start' | 'home-continue' = 'home-start'): Promise<void> {
  const client = await connectLiveClient(url);
  await homeReady(client, begin);
  await client.must({ type: 'home-trial' });
  await client.until('the end of the test', (s) => s.trial?.ended === true, 300_000);
  await client.must({ type: 'trial-close' });
  await client.must({ type: 'session-end' });
  client.close();
}
