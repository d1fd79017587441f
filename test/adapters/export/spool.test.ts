import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditedExport } from '../../../src/adapters/export/index.ts';
import { spool } from '../../../src/adapters/export/spool.ts';
import { createMemoryStore } from '../../../src/adapters/store/memory-store.ts';
import { fillVisit } from '../../support/filled-store.ts';

async function* from(pieces: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  for (const piece of pieces) yield piece;
}
async function joined(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}
const left = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('neck-export-'));

describe('bytes that wait for their audit row', () => {
  it('come out as they went in, from memory and from the disk, with their count and hash', async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(pieces, fc.integer({ min: 0, max: 4000 }), async (made, memoryBytes) => {
        const whole = Buffer.concat(made);
        const spooled = await spool(from(made), memoryBytes);
        expect(spooled.bytes).toBe(whole.length);
        expect(spooled.sha256).toBe(createHash('sha256').update(whole).digest('hex'));
        expect(await joined(spooled.pieces)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
    expect(left()).toEqual([]);
  });

  it('leave nothing behind when nobody takes them, and when they could not be made', async () => {
    const spooled = await spool(from([new Uint8Array(100), new Uint8Array(100)]), 10);
    await spooled.pieces.return?.();
    expect(await spooled.pieces.next()).toEqual({ done: true, value: undefined });
    const broken = (async function* () {
      yield new Uint8Array(100);
      throw new Error('the store went away');
    })();
    await expect(spool(broken, 10)).rejects.toThrow('the store went away');
    expect(left()).toEqual([]);
  });

  it('are those of the audit row, whatever comes into the store before they are taken', async () => {
    const store = createMemoryStore();
    await store.open();
    await fillVisit(store, 'SPOOL-1');
    const given = await auditedExport(store, 'csv', { everything: true }, { accountId: null, wallMs: 1 });
    await fillVisit(store, 'SPOOL-2');
    const bytes = await joined(given.bytes);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(given.summary.sha256);
    expect(bytes.toString()).not.toContain('SPOOL-2');
  });
});
