import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type CertificateFacts,
  readServerCertificate,
  setUpCertificates,
  storedCertificate,
} from '../../../src/adapters/security/certificates.ts';

describe('certificates of the own authority', () => {
  let folder: string;
  let facts: CertificateFacts;
  beforeAll(async () => {
    folder = join(mkdtempSync(join(tmpdir(), 'neck-tls-')), 'tls');
    facts = await setUpCertificates(folder, ['Room-2.local', '192.168.7.5']);
  });
  afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

  test('name the computer and loopback, and keep their keys to their owner', () => {
    expect(facts.names).toEqual(['room-2.local', '192.168.7.5', 'localhost', '127.0.0.1', '::1']);
    expect(storedCertificate(folder)?.names).toEqual(facts.names);
    for (const file of ['ca.key', 'server.key']) expect(statSync(join(folder, file)).mode & 0o077, file).toBe(0);
  });

  test('are accepted by a client that trusts the authority, and by no other', async () => {
    const { cert, key } = storedCertificate(folder)!;
    const server = createServer({ cert, key }, (_request, response) => response.end('ok'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const ask = (ca: string | undefined) =>
      new Promise<string>((resolve) => {
        get({ host: '127.0.0.1', port, ...(ca === undefined ? {} : { ca }), agent: false }, (response) => {
          response.resume();
          resolve(String(response.statusCode));
        }).on('error', (error) => resolve((error as { code?: string }).code ?? error.message));
      });
    expect(await ask(readFileSync(facts.authorityFile, 'utf8'))).toBe('200');
    expect(await ask(undefined)).not.toBe('200');
    server.close();
  });

  test('made again, the authority stays and the certificate is new', async () => {
    const before = readFileSync(join(folder, 'server.crt'), 'utf8');
    const again = await setUpCertificates(folder, ['other.local']);
    expect(again.authorityFingerprint).toBe(facts.authorityFingerprint);
    expect(again.names[0]).toBe('other.local');
    expect(readFileSync(join(folder, 'server.crt'), 'utf8')).not.toBe(before);
    expect(new X509Certificate(readFileSync(join(folder, 'ca.crt'))).ca).toBe(true);
  });

  test('a missing file, no certificate, and a foreign key are each named', async () => {
    const cert = join(folder, 'server.crt');
    expect(() => readServerCertificate('/none', '/none')).toThrow(/\/none/);
    writeFileSync(join(folder, 'x'), 'not PEM');
    expect(() => readServerCertificate(join(folder, 'x'), join(folder, 'server.key'))).toThrow(/certificate/);
    expect(() => readServerCertificate(cert, join(folder, 'ca.key'))).toThrow(/not that of the certificate/);
  });
});
