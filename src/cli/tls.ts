import { hostname, networkInterfaces } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CertificateFacts, certificateFacts, setUpCertificates } from '../adapters/security/certificates.ts';
import { KitError } from '../contract/errors.ts';
import { type Command, textFlag } from './command.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const NAME = /^(\*\.)?[a-zA-Z0-9]([a-zA-Z0-9.:-]{0,250}[a-zA-Z0-9])?$/;

/** Names and addresses under which this computer is likely to be asked for. */
function ownNames(): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((address) => !address.internal && address.family === 'IPv4')
    .map((address) => address.address);
  const name = hostname().toLowerCase();
  return [name, ...(name.includes('.') ? [] : [`${name}.local`]), ...addresses];
}

function tell({ names, authorityFingerprint, authorityFile, validUntil }: CertificateFacts): void {
  process.stdout.write(
    [
      `Certificate for  ${names.join(', ')}`,
      `Valid until      ${validUntil.toISOString().slice(0, 10)}`,
      `Authority        ${authorityFile}`,
      `Fingerprint      ${authorityFingerprint} (SHA-256)`,
      '',
      'Trust the authority once on each computer that opens the dashboard, and compare the fingerprint:',
      '  Windows  double-click ca.crt, Install, Local Machine, "Trusted Root Certification Authorities"',
      '  macOS    open ca.crt in Keychain Access (System), then set Trust to "Always Trust"',
      '  Linux    copy ca.crt to /usr/local/share/ca-certificates/ and run update-ca-certificates;',
      '           Chrome and Firefox: Settings, Certificates, Authorities, Import',
      'The file ca.key never leaves this computer. docs/security.md says more.',
      'Then: npm start -- --host 0.0.0.0',
      '',
    ].join('\n'),
  );
}

/** TLS by a certificate authority of one's own. */
export const tls: Command = {
  name: 'tls',
  summary: 'set up TLS, so that other computers of the clinic may open the dashboard',
  usage: [
    'setup                  make a small authority (once) and a certificate; print what to trust',
    'show                   print it again',
    "--name A,B             host names and addresses (default: this computer's)",
    '--data FOLDER          where the gateway keeps its records (default: data/ in this folder)',
    '--json                 one line of JSON',
  ],
  words: ['setup or show'],
  options: { name: { type: 'string' }, data: { type: 'string' }, json: { type: 'boolean' } },
  async run(flags, [what]) {
    const folder = join(resolve(textFlag(flags, 'data') ?? join(ROOT, 'data')), 'tls');
    const given = textFlag(flags, 'name')?.split(',');
    const wrong = given?.find((name) => !NAME.test(name));
    if (wrong !== undefined) throw new KitError('BAD_FLAG', `--name "${wrong}" is no host name or address`);
    if (what !== 'setup' && what !== 'show') throw new KitError('BAD_FLAG', `"${what}": setup or show`);
    const facts = what === 'setup' ? await setUpCertificates(folder, given ?? ownNames()) : certificateFacts(folder);
    if (flags['json']) process.stdout.write(`${JSON.stringify(facts)}\n`);
    else tell(facts);
    return 0;
  },
};
