/** Which methods an address of the API has: to tell a wrong method from a wrong address. */
import { type Method, partsOf, ROUTE_KEYS, type RouteRule, ruleOf } from '../../contract/routes.ts';

const LINES = ROUTE_KEYS.map((key) => {
  const { method, path } = partsOf(key);
  const parts = path.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : part.replaceAll('.', '\\.')));
  return { method, rule: ruleOf(key), matches: new RegExp(`^${parts.join('/')}$`) };
});

/** @param path of the request, without its query */
export function methodsAt(path: string): ReadonlyMap<Method, RouteRule> {
  return new Map(LINES.filter(({ matches }) => matches.test(path)).map(({ method, rule }) => [method, rule]));
}
