/**
 * The list of parts (SBOM, CycloneDX 1.5) into dist/sbom.json, made at every build from the lock file alone: the same lock
 * file gives the same list, and no server is asked or named in it. Plain JavaScript, as it runs while the kit is built.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const lockText = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
const kit = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

const licence = (text) => (/[ ()]/.test(text) ? { expression: text } : { license: { id: text } });
const purl = (name, version) => `pkg:npm/${name.replace('@', '%40')}@${version}`;

/** Packages by name and version, each once; those that are only for building and testing are marked so. */
const parts = new Map();
for (const [path, entry] of Object.entries(JSON.parse(lockText).packages)) {
  if (path === '' || entry.link) continue;
  const name = entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const ref = `${name}@${entry.version}`;
  const known = parts.get(ref);
  const scope = entry.dev || entry.devOptional ? 'excluded' : entry.optional ? 'optional' : 'required';
  if (known && (known.scope === 'required' || scope === 'excluded')) continue;
  const [algorithm, digest] = (entry.integrity ?? '').split(' ')[0].split(/-(.*)/s);
  parts.set(ref, {
    'bom-ref': ref,
    type: 'library',
    name,
    version: entry.version,
    scope,
    purl: purl(name, entry.version),
    ...(algorithm === 'sha512'
      ? { hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }] }
      : {}),
    ...(entry.license ? { licenses: [licence(entry.license)] } : {}),
  });
}

const hash = createHash('sha256').update(lockText).digest('hex');
const uuid = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
const bom = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  serialNumber: `urn:uuid:${uuid}`,
  version: 1,
  metadata: {
    component: {
      'bom-ref': `${kit.name}@${kit.version}`,
      type: 'application',
      name: kit.name,
      version: kit.version,
      purl: purl(kit.name, kit.version),
      licenses: [licence(kit.license)],
    },
  },
  components: [...parts.values()].sort((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1)),
};

mkdirSync(join(ROOT, 'dist'), { recursive: true });
writeFileSync(join(ROOT, 'dist', 'sbom.json'), `${JSON.stringify(bom, null, 1)}\n`);
if (!process.argv.includes('--quiet')) process.stdout.write(`dist/sbom.json: ${bom.components.length} parts\n`);
