/**
 * Reads a recording in the converted BROAD format: little-endian Float32 rows beside a `manifest.json` that names the
 * columns and the rate (Laidig et al., Data 2021, 6(7), 72). Real IMU data with optical truth.
 */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { KitError } from '../../contract/errors.ts';

const COLUMNS = [
  ...['gyr_x', 'gyr_y', 'gyr_z', 'acc_x', 'acc_y', 'acc_z', 'mag_x', 'mag_y', 'mag_z'],
  ...['q_w', 'q_x', 'q_y', 'q_z', 'movement'],
] as const;

const manifestSchema = z.object({
  format: z.object({ columns: z.array(z.string()) }),
  trials: z.array(
    z.object({ name: z.string(), file: z.string(), rows: z.number().int().positive(), rate: z.number().positive() }),
  ),
});

export interface BroadRecording {
  readonly name: string;
  readonly rateHz: number;
  readonly rows: number;
  /** rows x 3, rad/s, sensor frame. */
  readonly gyrRadps: Float64Array;
  /** rows x 3, m/s^2, specific force, sensor frame. */
  readonly accMps2: Float64Array;
  /** rows x 3, uT, sensor frame. */
  readonly magUt: Float64Array;
  /** rows x 4, [w x y z], optical worldFromSensor (ENU); NaN where the cameras lost it. */
  readonly opticalWorldFromSensor: Float64Array;
  /** 1 where the row belongs to a movement phase and is scored. */
  readonly movement: Uint8Array;
}

export type BroadManifest = z.infer<typeof manifestSchema>;

/** The `manifest.json` of a folder of recordings. Throws BAD_FILE. */
export async function readBroadManifest(folder: string): Promise<BroadManifest> {
  const file = join(folder, 'manifest.json');
  const manifest = manifestSchema.safeParse(await readJson(file));
  if (!manifest.success) throw new KitError('BAD_FILE', `${file} is not a manifest of this format`);
  return manifest.data;
}

/** Loads one `.f32` file. Throws BAD_FILE, naming what is wrong, when it or its manifest is not as expected. */
export async function readBroadFile(file: string): Promise<BroadRecording> {
  const manifestFile = join(dirname(file), 'manifest.json');
  const manifest = await readBroadManifest(dirname(file));
  const trial = manifest.trials.find((t) => t.file === basename(file));
  if (!trial) throw new KitError('BAD_FILE', `${basename(file)} is not in ${manifestFile}`);
  const columns = manifest.format.columns;
  const at = COLUMNS.map((name) => columns.indexOf(name));
  if (at.includes(-1)) throw new KitError('BAD_FILE', `${manifestFile} lacks the column ${COLUMNS[at.indexOf(-1)]}`);

  const bytes = await read(file);
  const rowBytes = 4 * columns.length;
  if (bytes.byteLength !== trial.rows * rowBytes) {
    throw new KitError(
      'BAD_FILE',
      `${basename(file)} has ${bytes.byteLength} bytes, its manifest says ${trial.rows * rowBytes}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const value = (row: number, column: number): number => view.getFloat32(row * rowBytes + 4 * (at[column] ?? 0), true);
  const block = (from: number, width: number): Float64Array => {
    const out = new Float64Array(trial.rows * width);
    for (let row = 0; row < trial.rows; row++)
      for (let k = 0; k < width; k++) out[row * width + k] = value(row, from + k);
    return out;
  };
  const movement = new Uint8Array(trial.rows);
  for (let row = 0; row < trial.rows; row++) movement[row] = value(row, 13) > 0.5 ? 1 : 0;
  return {
    name: trial.name,
    rateHz: trial.rate,
    rows: trial.rows,
    gyrRadps: block(0, 3),
    accMps2: block(3, 3),
    magUt: block(6, 3),
    opticalWorldFromSensor: block(9, 4),
    movement,
  };
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new KitError('BAD_FILE', `${file} cannot be read`, { cause });
  }
}

async function readJson(file: string): Promise<unknown> {
  const text = (await read(file)).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new KitError('BAD_FILE', `${file} is not JSON`);
  }
}
