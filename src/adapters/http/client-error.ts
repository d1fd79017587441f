/** What Node's parser refuses before there is a request: answered on the bare socket, in our own words. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { KitError } from '../../contract/errors.ts';

const HINT = 'Send a request as HTTP/1.1 has it; /api/docs describes every address.';

function refusalOf(code: string | undefined): { readonly status: number; readonly error: KitError } {
  if (code === 'HPE_HEADER_OVERFLOW')
    return {
      status: 431,
      error: new KitError('BAD_REQUEST', 'its headers are larger than 16 kB', {
        hint: "Send shorter headers; in a browser, delete this address's cookies.",
      }),
    };
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return { status: 408, error: new KitError('BAD_REQUEST', 'it did not come in time', { hint: 'Send it again.' }) };
  return { status: 400, error: new KitError('BAD_REQUEST', 'it cannot be read as HTTP', { hint: HINT }) };
}

/** Answers where anybody still listens, and closes: what follows on this connection cannot be read either. */
export function answerClientError(cause: Error & { readonly code?: string }, socket: Socket): void {
  if (cause.code === 'ECONNRESET' || socket.destroyed) return;
  const { status, error } = refusalOf(cause.code);
  const { code, message, hint } = error;
  const body = JSON.stringify({ error: { code, message, hint } });
  if (socket.writable)
    socket.write(
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        'Content-Type: application/json; charset=utf-8',
        `Content-Length: ${Buffer.byteLength(body)}`,
        'Cache-Control: no-store',
        'X-Content-Type-Options: nosniff',
        'Connection: close',
        '',
        body,
      ].join('\r\n'),
    );
  socket.destroy(cause);
}
