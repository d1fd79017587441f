/** The trials of a folder, as the benches want them. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readBroadFile, readBroadManifest } from '../../../src/adapters/replay/broad-file.ts';
import { KitError } from '../../../src/contract/errors.ts';

export interface Trial {
  readonly name: string;
  readonly rateHz: number;
  readonly rows: number;
  /** Columns, 3 per sample; optics 4 per sample, worldFromSensor, NaN where tracking was lost. */
  readonly gyrRadps: Float64Array;
  readonly accMps2: Float64Array;
  readonly magUt: Float64Array;
  readonly optics: Float64Array;
  /** 1 where the sample is scored. */
  readonly movement: Uint8Array;
}

/** `../shared/data/broad` beside the repository, wherever this file runs from (source or dist). */
export function defaultFolder(): string {
  let at = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(at, 'package.json')) && at !== path.dirname(at)) at = path.dirname(at);
  return path.resolve(at, '../shared/data/broad');
}

/** One trial of a folder, by its place in the manifest. Throws a KitError BAD_FILE. */
export async function readTrial(folder: string, index: number): Promise<Trial> {
  const { trials } = await readBroadManifest(folder);
  const entry = trials[Math.min(index, trials.length - 1)];
  if (!entry) throw new KitError('BAD_FILE', `${folder} holds no trials`);
  const recording = await readBroadFile(path.join(folder, entry.file));
  return { ...recording, optics: recording.opticalWorldFromSensor };
}

/** All trials of a folder, one after the other. Throws like readTrial. */
export async function* readTrials(folder: string): AsyncGenerator<Trial> {
  const { trials } = await readBroadManifest(folder);
  for (let i = 0; i < trials.length; i++) yield await readTrial(folder, i);
}
