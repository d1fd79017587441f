/** What a browser throws, in the kit's words. */
import { type ErrorCode, KitError } from '../../contract/errors.ts';

function nameOf(cause: unknown): { readonly name: string; readonly text: string } {
  if (typeof cause !== 'object' || cause === null) return { name: '', text: String(cause) };
  const name = 'name' in cause ? String(cause.name) : '';
  return { name, text: 'message' in cause ? String(cause.message) : name };
}

/** Of the browser's list of devices: closing it is no error of anything. */
export function choosingFault(cause: unknown): KitError {
  const { name, text } = nameOf(cause);
  const detail = text.slice(0, 160);
  // The same name for "nothing chosen", "no adapter" and "not allowed by the system"; the words tell them apart.
  if (name === 'NotFoundError') {
    if (/adapter/i.test(text)) return new KitError('BLUETOOTH_NOT_READY');
    return new KitError(/permission|disabled|denied|policy/i.test(text) ? 'BLUETOOTH_REFUSED' : 'SENSOR_NOT_CHOSEN');
  }
  const known: Readonly<Record<string, ErrorCode>> = {
    AbortError: 'SENSOR_NOT_CHOSEN',
    NotAllowedError: 'BLUETOOTH_REFUSED',
    SecurityError: 'BLUETOOTH_REFUSED',
    InvalidStateError: 'BLUETOOTH_NOT_READY',
  };
  return new KitError(known[name] ?? 'INTERNAL', detail, { cause });
}

/** Of a connection or of one request on it. */
export function linkFault(cause: unknown, whatFor: string): KitError {
  if (cause instanceof KitError) return cause;
  const { name, text } = nameOf(cause);
  const detail = `${whatFor}: ${text}`.slice(0, 200);
  // NetworkError: the link; SecurityError: a service that was not asked for; the others: what the device answered.
  return new KitError(name === 'NetworkError' ? 'LINK_LOST' : 'ATT_ERROR', detail, { cause });
}
