/** The views and their addresses (the part after '#'). */
import { REPORT_KINDS, type ReportKind } from '../../src/contract/report.ts';

export type Route =
  | {
      readonly view:
        | 'visit'
        | 'start'
        | 'align'
        | 'live'
        | 'frt'
        | 'result'
        | 'sessions'
        | 'home-care'
        | 'subjects'
        | 'account'
        | 'users'
        | 'audit';
    }
  | { readonly view: 'session'; readonly id: string }
  | { readonly view: 'report'; readonly id: string; readonly kind: ReportKind }
  | { readonly view: 'replay'; readonly id: string; readonly trial: string }
  /** One person's outcome over time. */
  | { readonly view: 'subject'; readonly code: string; readonly tab: SubjectTab }
  /** A test other than the FRT, by its protocol. */
  | { readonly view: 'trial'; readonly protocol: TrialProtocol };

export const SUBJECT_TABS = ['outcome', 'visit', 'enter', 'diary', 'plan'] as const;
export type SubjectTab = (typeof SUBJECT_TABS)[number];

export const TRIAL_PROTOCOLS = [
  'crom',
  'rotation-neutral',
  'crom-home',
  'home-flexion-rotation',
  'endurance',
  'sustained',
  'fast-rotation',
] as const;
export type TrialProtocol = (typeof TRIAL_PROTOCOLS)[number];

/** The views whose address is their name. */
export const PLAIN_VIEWS = [
  'visit',
  'start',
  'align',
  'live',
  'frt',
  'result',
  'sessions',
  'home-care',
  'subjects',
  'account',
  'users',
  'audit',
] as const;

/** Reads a location hash; anything unknown leads to the start. */
export function parseRoute(hash: string): Route {
  const [first = '', second, third, fourth = ''] = hash.replace(/^#\/?/, '').split('/');
  if (first === 'sessions' && second) {
    try {
      const id = decodeURIComponent(second);
      if (third === 'report')
        return { view: 'report', id, kind: REPORT_KINDS.find((kind) => kind === fourth) ?? 'record' };
      if (third === 'replay' && fourth !== '') return { view: 'replay', id, trial: decodeURIComponent(fourth) };
      return { view: 'session', id };
    } catch {
      return { view: 'sessions' };
    }
  }
  if (first === 'subjects' && second) {
    const tab = SUBJECT_TABS.find((name) => name === third) ?? 'outcome';
    return /^[A-Za-z0-9-]{1,32}$/.test(second) ? { view: 'subject', code: second, tab } : { view: 'subjects' };
  }
  if (first === 'trial') {
    const protocol = TRIAL_PROTOCOLS.find((name) => name === second);
    if (protocol !== undefined) return { view: 'trial', protocol };
  }
  const view = PLAIN_VIEWS.find((name) => name === first);
  return { view: view ?? 'start' };
}

/** The hash of a route; parseRoute(formatRoute(r)) is r. */
export function formatRoute(route: Route): string {
  if (route.view === 'session') return `#/sessions/${encodeURIComponent(route.id)}`;
  if (route.view === 'report') return `#/sessions/${encodeURIComponent(route.id)}/report/${route.kind}`;
  if (route.view === 'replay')
    return `#/sessions/${encodeURIComponent(route.id)}/replay/${encodeURIComponent(route.trial)}`;
  if (route.view === 'subject') return `#/subjects/${route.code}${route.tab === 'outcome' ? '' : `/${route.tab}`}`;
  return route.view === 'trial' ? `#/trial/${route.protocol}` : `#/${route.view}`;
}
