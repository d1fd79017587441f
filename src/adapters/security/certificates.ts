/**
 * A small authority of one's own: made once, it signs the gateway's certificate, and nothing else is ever asked of it.
 * Whoever trusts the authority's certificate on a clinic's computers trusts this gateway, without any outside service.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { KitError } from '../../contract/errors.ts';

const AUTHORITY_YEARS = 10;
/** Browsers accept no server certificate that lasts longer than 398 days from a public authority; 397 suits all. */
const SERVER_DAYS = 397;
const DAY_MS = 86_400_000;
/** Clocks of a clinic differ. */
const BACKDATED_MS = DAY_MS;

const FILES = { authority: 'ca.crt', authorityKey: 'ca.key', server: 'server.crt', serverKey: 'server.key' } as const;

export interface ServerCertificate {
  /** PEM, with the authority's certificate after it. */
  readonly cert: string;
  readonly key: string;
  /** Host names and addresses it is for. */
  readonly names: readonly string[];
}

export interface CertificateFacts {
  readonly names: readonly string[];
  /** SHA-256 of the authority's certificate, in pairs: what a person compares when trusting it. */
  readonly authorityFingerprint: string;
  readonly authorityFile: string;
  readonly validUntil: Date;
}

const fileIn = (folder: string, file: keyof typeof FILES): string => join(folder, FILES[file]);
const altName = (name: string) => (isIP(name) ? ({ type: 7, ip: name } as const) : ({ type: 2, value: name } as const));

/** DNS names and IP addresses of a certificate's subjectAltName. */
function namesOf(certificate: X509Certificate): string[] {
  return [...(certificate.subjectAltName ?? '').matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map((match) =>
    // IPv6 is written out in full there.
    match[1]!.toLowerCase() === '0:0:0:0:0:0:0:1' ? '::1' : match[1]!.toLowerCase(),
  );
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new KitError('TLS_BAD_FILE', file, { cause });
  }
}

/** Reads a certificate and its key. @throws KitError TLS_BAD_FILE when either is none or they do not belong together */
export function readServerCertificate(certFile: string, keyFile: string): ServerCertificate {
  const cert = readText(certFile);
  const key = readText(keyFile);
  let certificate: X509Certificate;
  let matches: boolean;
  try {
    certificate = new X509Certificate(cert);
    matches = certificate.checkPrivateKey(createPrivateKey(key));
  } catch (cause) {
    throw new KitError('TLS_BAD_FILE', certFile, { cause });
  }
  if (!matches) throw new KitError('TLS_BAD_FILE', 'the key is not that of the certificate');
  if (Date.parse(certificate.validTo) < Date.now())
    throw new KitError('TLS_BAD_FILE', `it was valid until ${certificate.validTo}`);
  return { cert, key, names: namesOf(certificate) };
}

/** What was set up in the folder; null when nothing was. */
export function storedCertificate(folder: string): ServerCertificate | null {
  if (!existsSync(fileIn(folder, 'server'))) return null;
  return readServerCertificate(fileIn(folder, 'server'), fileIn(folder, 'serverKey'));
}

/** @throws KitError TLS_BAD_FILE when nothing was set up */
export function certificateFacts(folder: string): CertificateFacts {
  const server = new X509Certificate(readText(fileIn(folder, 'server')));
  const authority = new X509Certificate(readText(fileIn(folder, 'authority')));
  return {
    names: namesOf(server),
    authorityFingerprint: authority.fingerprint256,
    authorityFile: fileIn(folder, 'authority'),
    validUntil: new Date(server.validTo),
  };
}

/** Keys are for their owner's eyes. */
const writeSecret = (file: string, text: string): void => writeFileSync(file, text, { mode: 0o600 });

async function makeAuthority(folder: string, now: number): Promise<void> {
  const made = await generate([{ name: 'commonName', value: 'Neck ROM kit, own authority' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - BACKDATED_MS),
    notAfterDate: new Date(now + AUTHORITY_YEARS * 365 * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  writeSecret(fileIn(folder, 'authorityKey'), made.private);
  writeFileSync(fileIn(folder, 'authority'), made.cert);
}

/**
 * Makes the authority when there is none, and a certificate for the names, those of loopback included. Done again, the
 * authority stays: computers that trust it need not be visited.
 */
export async function setUpCertificates(folder: string, names: readonly string[]): Promise<CertificateFacts> {
  const now = Date.now();
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!existsSync(fileIn(folder, 'authority'))) await makeAuthority(folder, now);
    const authority = { key: readText(fileIn(folder, 'authorityKey')), cert: readText(fileIn(folder, 'authority')) };
    const all = [...new Set([...names.map((name) => name.toLowerCase()), 'localhost', '127.0.0.1', '::1'])];
    const made = await generate([{ name: 'commonName', value: all[0]! }], {
      keyType: 'ec',
      curve: 'P-256',
      algorithm: 'sha256',
      notBeforeDate: new Date(now - BACKDATED_MS),
      notAfterDate: new Date(now + SERVER_DAYS * DAY_MS),
      extensions: [
        { name: 'basicConstraints', cA: false },
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true },
        { name: 'subjectAltName', altNames: all.map(altName) },
      ],
      ca: authority,
    });
    writeSecret(fileIn(folder, 'serverKey'), made.private);
    writeFileSync(fileIn(folder, 'server'), `${made.cert.trimEnd()}\n${authority.cert}`);
  } catch (cause) {
    if (cause instanceof KitError) throw cause;
    throw new KitError('STORE_UNAVAILABLE', folder, { cause });
  }
  return certificateFacts(folder);
}
