import { openDatabase } from '../adapters/store/open-store.ts';
import { type Verification, verifyDatabase } from '../adapters/store/verify.ts';
import type { Command } from './command.ts';
import { counted } from './counted.ts';
import { STORE_OPTIONS, STORE_USAGE, storePlace } from './store-place.ts';

/** One line of counts, and one for each finding. */
export function verificationText({ findings, ...v }: Verification): string {
  const chunks = `${counted(v.chunks, 'chunk')} (${counted(v.chunkBytes, 'byte')})`;
  const counts = `${counted(v.sessions, 'session')}, ${chunks}, ${counted(v.results, 'result')}, ${counted(v.auditRows, 'audit row')}`;
  const imported = v.imported === 1 ? '1 session is' : `${v.imported} sessions are`;
  const words = `${imported} imported from CSV tables: no raw data, and nothing to check results against`;
  const note = v.imported > 0 ? [`  ${words}`] : [];
  const lines = findings.map(({ check, message }) => `  ${check}: ${message}`);
  return [`${v.ok ? 'All is well' : 'DAMAGED'}: ${counts}`, ...note, ...lines, ''].join('\n');
}

/** Exit code 1 when anything is not as it was stored. */
export const verify: Command = {
  name: 'verify',
  summary: 'check that every record is there and unchanged; may run while the gateway does',
  usage: STORE_USAGE,
  options: STORE_OPTIONS,
  async run(flags) {
    const engine = await openDatabase(storePlace(flags), 'beside');
    try {
      const found = await verifyDatabase(engine);
      process.stdout.write(flags['json'] ? `${JSON.stringify(found)}\n` : verificationText(found));
      return found.ok ? 0 : 1;
    } finally {
      await engine.close();
    }
  },
};
