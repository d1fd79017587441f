import { createReadStream, statSync } from 'node:fs';
import { KitError } from '../contract/errors.ts';
import { confirmationSchema } from '../contract/transfer.ts';
import { silentLog } from '../gateway/log.ts';
import { BUNDLE_LIMIT_BYTES } from '../gateway/transfer/bundle-format.ts';
import type { Command } from './command.ts';
import { existingFile } from './named-files.ts';
import { openRecords } from './open-records.ts';
import { STORE_OPTIONS, STORE_USAGE, storePlace } from './store-place.ts';
import { clinicTransfer, homeTransfer } from './transfer-parts.ts';
import { writeWhole } from './write-whole.ts';

/** A visit from home to the clinic as a file, where there is no line between them. */
export const bundle: Command = {
  name: 'bundle',
  summary:
    'a visit from home as an encrypted file: "bundle export SESSION FILE" at home, "bundle import FILE" at the clinic',
  usage: [
    'export SESSION FILE    at home: one visit, encrypted to the clinic that invited this device',
    'import FILE            at the clinic: taken in and computed again, or refused by name',
    ...STORE_USAGE,
  ],
  words: ['export|import', 'SESSION or FILE'],
  optionalWords: ['FILE'],
  options: STORE_OPTIONS,
  async run(flags, [what, first = '', second]) {
    const json = Boolean(flags['json']);
    if (what !== 'export' && what !== 'import') throw new KitError('BAD_FLAG', 'bundle export, or bundle import');
    if ((what === 'export') !== (second !== undefined))
      throw new KitError('BAD_FLAG', what === 'export' ? 'FILE is missing' : `"${second}" is one word too many`);
    if (what === 'import') existingFile(first);
    const store = await openRecords(flags);
    try {
      if (what === 'export') {
        const { folder } = storePlace(flags);
        const home = homeTransfer(store, silentLog, folder, () => true);
        await home.start();
        home.stop();
        await writeWhole(second!, await home.bundle(first));
        const { size: bytes } = statSync(second!);
        process.stdout.write(json ? `${JSON.stringify({ file: second, bytes })}\n` : `${second}: ${bytes} bytes\n`);
        return 0;
      }
      if (statSync(first).size > BUNDLE_LIMIT_BYTES) throw new KitError('BUNDLE_TOO_LARGE', first);
      const clinic = clinicTransfer(store, silentLog, null);
      await clinic.catchUp();
      const signed = await clinic.receive(() => createReadStream(first));
      await clinic.settled();
      const { status, bundleHash } = confirmationSchema.parse(JSON.parse(signed.body));
      const text = status === 'known' ? 'received before; it counts once' : 'taken in';
      process.stdout.write(json ? `${JSON.stringify({ status, bundleHash })}\n` : `${text}: ${bundleHash}\n`);
      return 0;
    } finally {
      await store.close();
    }
  },
};
