/**
 * One process per adapter: a second one would reset it under the first one's links. The lock is a name that only one
 * process of the machine can listen on, so that it is free again the moment its holder is gone, however it went.
 */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** What is locked: the H4 controller, or the adapter that noble will open. */
export function adapterName(h4Address: string | null): string {
  return h4Address ?? `hci${process.env['NOBLE_HCI_DEVICE_ID'] ?? 0}`;
}

/** True when this process now holds the adapter, for the rest of its life. */
export async function holdAdapter(name: string): Promise<boolean> {
  const at = lockAddress(name);
  if (await listen(at.address)) return true;
  if (!at.file || (await answers(at.address))) return false;
  // A socket file outlives a killed process.
  rmSync(at.file, { force: true });
  return listen(at.address);
}

function lockAddress(name: string): { readonly address: string; readonly file: string | null } {
  const id = `neck-adapter-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  if (process.platform === 'win32') return { address: `\\\\.\\pipe\\${id}`, file: null };
  // The abstract namespace: names without files.
  if (process.platform === 'linux') return { address: `\0${id}`, file: null };
  const file = path.join(os.tmpdir(), `${id}.sock`);
  return { address: file, file };
}

function listen(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer((socket) => socket.destroy());
    server.once('error', () => resolve(false));
    server.listen(address, () => {
      server.unref();
      resolve(true);
    });
  });
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
