/** The two sides of the transfer, put together. */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toString as qrText } from 'qrcode';
import { createBundleFiles } from '../adapters/transfer/bundle-files.ts';
import { clinicLink } from '../adapters/transfer/clinic-link.ts';
import { DRIVERS } from '../devices/registry.ts';
import { DEFAULT_PARTS } from '../gateway/kit-parts.ts';
import type { Log } from '../gateway/log.ts';
import { type ClinicTransfer, createClinicTransfer } from '../gateway/transfer/clinic.ts';
import { createHomeTransfer, type HomeTransfer } from '../gateway/transfer/home.ts';
import { createReceivedRescore } from '../gateway/transfer/rescore-received.ts';
import { hostTimers } from '../gateway/waiting.ts';
import type { Store } from '../ports/store.ts';
import { hostClock } from './host-clock.ts';

/** PEM of the authority that "tls setup" made; null when the gateway has a certificate of others, or none. */
export function ownAuthority(dataFolder: string, othersCertificate: boolean): string | null {
  const file = join(dataFolder, 'tls', 'ca.crt');
  return !othersCertificate && existsSync(file) ? readFileSync(file, 'utf8') : null;
}

export function clinicTransfer(store: Store, log: Log, authority: string | null): ClinicTransfer {
  const { wallMs } = hostClock;
  return createClinicTransfer({
    store,
    wallMs,
    newId: randomUUID,
    log,
    authority,
    qrSvg: (text) => qrText(text, { type: 'svg', margin: 2, errorCorrectionLevel: 'M' }),
    rescore: createReceivedRescore({ store, drivers: DRIVERS, parts: DEFAULT_PARTS, wallMs, newId: randomUUID }),
  });
}

export const incomingFiles = (dataFolder: string) => createBundleFiles(join(dataFolder, 'incoming'));

export function homeTransfer(store: Store, log: Log, dataFolder: string, busy: () => boolean): HomeTransfer {
  return createHomeTransfer({
    store,
    link: clinicLink,
    files: createBundleFiles(join(dataFolder, 'outgoing')),
    timers: hostTimers,
    wallMs: hostClock.wallMs,
    log,
    busy,
  });
}
