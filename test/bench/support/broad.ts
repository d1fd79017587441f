/** Reads a folder of trials in the binary form of BROAD: `manifest.json` and one little-endian Float32 file per trial. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

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

interface Manifest {
  readonly format: { readonly columns: readonly string[] };
  readonly trials: readonly { name: string; file: string; rows: number; rate: number }[];
}

/** `../shared/data/broad` beside the repository, wherever this file runs from (source or dist). */
export function defaultFolder(): string {
  let at = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(at, 'package.json')) && at !== path.dirname(at)) at = path.dirname(at);
  return path.resolve(at, '../shared/data/broad');
}

/** @throws Error with a coded one-line message when the folder or its manifest cannot be read */
export function readManifest(folder: string): Manifest {
  const file = path.join(folder, 'manifest.json');
  if (!existsSync(file)) throw new Error(`BAD_FILE: no manifest.json in ${folder}; give the folder with --data FOLDER`);
  try {
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    if (!Array.isArray(manifest.trials) || !Array.isArray(manifest.format?.columns)) throw new Error('fields missing');
    return manifest;
  } catch (error) {
    throw new Error(`BAD_FILE: ${file} is not a manifest of trials (${(error as Error).message})`);
  }
}

/** Reads one trial. @throws Error with a coded one-line message when the file is missing or too short */
export function readTrial(folder: string, manifest: Manifest, index: number): Trial {
  const entry = manifest.trials[index]!;
  const columns = manifest.format.columns;
  const file = path.join(folder, entry.file);
  if (!existsSync(file)) throw new Error(`BAD_FILE: ${file} is named in the manifest but missing`);
  const bytes = readFileSync(file);
  const width = columns.length;
  if (bytes.length < 4 * width * entry.rows) throw new Error(`BAD_FILE: ${file} is shorter than the manifest says`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pick = (names: readonly string[]): Float64Array => {
    const offsets = names.map((name) => columns.indexOf(name));
    if (offsets.includes(-1)) throw new Error(`BAD_FILE: ${folder} has no column ${names[offsets.indexOf(-1)]}`);
    const out = new Float64Array(names.length * entry.rows);
    for (let row = 0, k = 0; row < entry.rows; row++) {
      for (const offset of offsets) out[k++] = view.getFloat32(4 * (row * width + offset), true);
    }
    return out;
  };
  return {
    name: entry.name,
    rateHz: entry.rate,
    rows: entry.rows,
    gyrRadps: pick(['gyr_x', 'gyr_y', 'gyr_z']),
    accMps2: pick(['acc_x', 'acc_y', 'acc_z']),
    magUt: pick(['mag_x', 'mag_y', 'mag_z']),
    optics: pick(['q_w', 'q_x', 'q_y', 'q_z']),
    movement: Uint8Array.from(pick(['movement'])),
  };
}

/** Reads all trials of a folder, one after the other. */
export function* readTrials(folder: string): Generator<Trial> {
  const manifest = readManifest(folder);
  for (let i = 0; i < manifest.trials.length; i++) yield readTrial(folder, manifest, i);
}
