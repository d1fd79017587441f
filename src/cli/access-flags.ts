/** Who may reach the gateway, from the command line: host, certificate, login. */
import { join } from 'node:path';
import { readServerCertificate, type ServerCertificate, storedCertificate } from '../adapters/security/certificates.ts';
import { KitError } from '../contract/errors.ts';
import { type Flags, textFlag } from './command.ts';

export const ACCESS_OPTIONS = {
  host: { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'no-login': { type: 'boolean' },
} as const;

export const ACCESS_USAGE = [
  '--host ADDRESS         0.0.0.0: for other computers too; needs TLS ("tls setup") and an administrator',
  '--tls-cert, --tls-key  PEM files of a certificate that you have (default: what "tls setup" made)',
  '--no-login             everybody at this computer may do everything; never for other computers',
] as const;

export interface Reach {
  readonly host: string;
  readonly tls: ServerCertificate | null;
}

/** Whether the host may be served is the server's decision; here only what was asked for is read. */
export function reachOf(flags: Flags, folder: string): Reach {
  const cert = textFlag(flags, 'tls-cert');
  const key = textFlag(flags, 'tls-key');
  if ((cert === undefined) !== (key === undefined))
    throw new KitError('BAD_FLAG', '--tls-cert and --tls-key go together');
  const tls =
    cert !== undefined && key !== undefined ? readServerCertificate(cert, key) : storedCertificate(join(folder, 'tls'));
  return { host: textFlag(flags, 'host') ?? '127.0.0.1', tls };
}

/** The code goes in the fragment: a fragment is never sent, so it is in no log and in no history of a proxy. */
export const firstAddress = (url: string, code: string | null): string =>
  code === null ? url : `${url}#first-start=${code}`;

export function accessLines(url: string, code: string | null, open: boolean, atHome: boolean): string[] {
  if (atHome)
    return ['  Login      none is asked for: this computer measures one patient, and shows no other record.\n'];
  if (open) return ['  Login      none was asked for: everybody at this computer may do everything.\n'];
  if (code === null) return [];
  return [
    '\n',
    '  First start: open this address to make the administrator,\n',
    `    ${firstAddress(url, code)}\n`,
    `  or type the code ${code} there. To look around only: npm start -- --demo\n`,
  ];
}
