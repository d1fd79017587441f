/** Who may ask: only pages that this gateway served itself, under its own names (DNS rebinding, foreign origins). */
import { KitError } from '../../contract/errors.ts';

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'] as const;

/** What this gateway is called. */
export interface Served {
  readonly secure: boolean;
  readonly port: number;
  /** Names of the certificate, beside those of loopback; a leading "*." stands for one label. */
  readonly names: readonly string[];
  /** Further origins whose pages may connect, for a development server. */
  readonly allowedOrigins: readonly string[];
}

/** True for an address that only this computer reaches. */
export function isLoopback(host: string): boolean {
  return host === '::1' || (LOOPBACK_NAMES as readonly string[]).includes(host);
}

/** An IPv6 address stands in brackets in a URL. */
export const urlHost = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);

function isOwnName(name: string, names: readonly string[]): boolean {
  if ((LOOPBACK_NAMES as readonly string[]).includes(name)) return true;
  return names.some((own) => {
    const wanted = urlHost(own.toLowerCase());
    return wanted.startsWith('*.') ? name.slice(name.indexOf('.')) === wanted.slice(1) : name === wanted;
  });
}

function isOwnHost(host: string, served: Served): boolean {
  const suffix = `:${served.port}`;
  const ordinary = served.port === (served.secure ? 443 : 80);
  if (host.endsWith(suffix)) return isOwnName(host.slice(0, -suffix.length), served.names);
  // The ordinary port is left out of the header.
  return ordinary && isOwnName(host, served.names);
}

/**
 * @param hostHeader of the request
 * @param origin of the request; undefined for a program that is no browser, and for same-origin GETs
 * @throws KitError FORBIDDEN_HOST
 */
export function checkRequest(hostHeader: string | undefined, origin: string | undefined, served: Served): void {
  const host = hostHeader?.toLowerCase() ?? '';
  if (!isOwnHost(host, served)) throw new KitError('FORBIDDEN_HOST', host.slice(0, 100));
  if (origin === undefined || served.allowedOrigins.includes(origin)) return;
  const scheme = served.secure ? 'https://' : 'http://';
  const from = origin.toLowerCase();
  if (!from.startsWith(scheme) || !isOwnHost(from.slice(scheme.length), served))
    throw new KitError('FORBIDDEN_HOST', origin.slice(0, 100));
}

/**
 * A browser says where a request came from, also where it sends no Origin (an image, a link). Data are for our own pages.
 * @throws KitError FORBIDDEN_HOST
 */
export function checkFetchSite(site: string | string[] | undefined): void {
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new KitError('FORBIDDEN_HOST', 'a page of another origin asked');
}

/** The one page that measures in the browser itself. */
const BLUETOOTH_PAGE = '/at-home.html';

/** What a page may ask the browser for: Bluetooth on the page at home alone, and on none the rest. */
const permissionsFor = (path: string): string =>
  [
    `bluetooth=(${path === BLUETOOTH_PAGE ? 'self' : ''})`,
    ...['camera', 'geolocation', 'microphone', 'payment', 'serial', 'usb', 'hid'].map((what) => `${what}=()`),
  ].join(', ');

/** Everything from this server and nothing from anywhere else; the WebSocket is named, as not every browser counts it as 'self'. */
export function securityHeaders(host: string, secure: boolean, path = '/'): Readonly<Record<string, string>> {
  const name = host.replace(/:\d+$/, '');
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      "media-src 'self'",
      `connect-src 'self' ${secure ? 'wss' : 'ws'}://${host}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "object-src 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-frame-options': 'DENY',
    'permissions-policy': permissionsFor(path),
    // Kept away from "localhost": it would bind every other program on this computer's loopback, too.
    ...(secure && !isLoopback(name) ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };
}
