/** Who may ask: only pages that this gateway served itself, under its own names (DNS rebinding, foreign origins). */
import { KitError } from '../../contract/errors.ts';

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'] as const;

/** True for an address that only this computer reaches. */
export function isLoopback(host: string): boolean {
  return host === '::1' || (LOOPBACK_NAMES as readonly string[]).includes(host);
}

/**
 * @param hostHeader of the request
 * @param origin of the request; undefined for a program that is no browser, and for same-origin GETs
 * @throws KitError FORBIDDEN_HOST
 */
export function checkRequest(
  hostHeader: string | undefined,
  origin: string | undefined,
  port: number,
  allowedOrigins: readonly string[] = [],
): void {
  const hosts = LOOPBACK_NAMES.map((name) => `${name}:${port}`);
  // Port 80 is left out of the header.
  if (port === 80) hosts.push(...LOOPBACK_NAMES);
  const host = hostHeader?.toLowerCase() ?? '';
  if (!hosts.includes(host)) throw new KitError('FORBIDDEN_HOST', host.slice(0, 100));
  if (origin === undefined) return;
  if (allowedOrigins.includes(origin)) return;
  if (!hosts.some((allowed) => origin.toLowerCase() === `http://${allowed}`))
    throw new KitError('FORBIDDEN_HOST', origin.slice(0, 100));
}

/** Everything from this server and nothing from anywhere else; the WebSocket is named, as not every browser counts it as 'self'. */
export function securityHeaders(host: string): Readonly<Record<string, string>> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      "media-src 'self'",
      `connect-src 'self' ws://${host}`,
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
  };
}
