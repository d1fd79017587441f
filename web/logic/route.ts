/** The views and their addresses (the part after '#'). */

export type Route =
  | { readonly view: 'start' | 'align' | 'live' | 'frt' | 'result' | 'sessions' | 'account' | 'users' | 'audit' }
  | { readonly view: 'session'; readonly id: string };

const PLAIN = ['start', 'align', 'live', 'frt', 'result', 'sessions', 'account', 'users', 'audit'] as const;

/** Reads a location hash; anything unknown leads to the start. */
export function parseRoute(hash: string): Route {
  const [first = '', second] = hash.replace(/^#\/?/, '').split('/');
  if (first === 'sessions' && second) {
    try {
      return { view: 'session', id: decodeURIComponent(second) };
    } catch {
      return { view: 'sessions' };
    }
  }
  const view = PLAIN.find((name) => name === first);
  return { view: view ?? 'start' };
}

/** The hash of a route; parseRoute(formatRoute(r)) is r. */
export function formatRoute(route: Route): string {
  return route.view === 'session' ? `#/sessions/${encodeURIComponent(route.id)}` : `#/${route.view}`;
}
