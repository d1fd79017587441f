/**
 * Process entry: simulated headbands on the virtual radio, with what the command line does not offer: a battery that is
 * nearly empty, a clock that is about to wrap, a stream that can be ended from outside. One JSON argument, an array of
 * HeadbandWish. 'pause' over IPC ends the making of packets and answers with what was sent.
 */
import { runPeripherals } from '../../src/adapters/air/index.ts';
import { createHeadbandModel } from '../../src/adapters/sim/headband-model.ts';
import { createSubject } from '../../src/adapters/sim/subject/subject.ts';
import type { GattServerModel } from '../../src/ports/gatt-server.ts';
import { HeadbandCharacteristic } from '../../src/wire/headband-profile.ts';

export interface HeadbandWish {
  readonly h4Address: string;
  readonly serial: string;
  readonly seed?: number;
  readonly mtuMax?: number;
  readonly batteryPercent?: number;
  /** Added to the device's tick, us: near 2^32 it wraps soon. */
  readonly tickOffsetUs?: number;
}
export type HeadbandRequest = { readonly type: 'pause' };
/** Packets handed to the radio and samples in them, in the order of the wishes. */
export type HeadbandAnswer = {
  readonly type: 'sent';
  readonly packets: readonly number[];
  readonly samples: readonly number[];
};

let paused = false;
const wishes = JSON.parse(process.argv[2] ?? '[]') as HeadbandWish[];
const models = wishes.map(({ serial, seed = 1, batteryPercent = 87 }) =>
  createHeadbandModel({
    source: createSubject(seed),
    serial,
    seed,
    batteryPercent,
    name: `Neck band ${serial} (simulated)`,
  }),
);

function shifted(bytes: Uint8Array, offsetUs: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(4, (view.getUint32(4, true) + offsetUs) % 2 ** 32, true);
  return bytes;
}

process.on('message', (message: HeadbandRequest | { type: string }) => {
  if (message.type !== 'pause') return;
  paused = true;
  const answer: HeadbandAnswer = {
    type: 'sent',
    packets: models.map((model) => model.stats.packetsSent),
    samples: models.map((model) => model.stats.samplesSent),
  };
  process.send?.(answer);
});

await runPeripherals(
  wishes.map(({ h4Address, mtuMax = 247, tickOffsetUs = 0 }, i) => {
    const inner = models[i]!;
    const model: GattServerModel = {
      ...inner,
      advance: (nowUs, notify) =>
        paused
          ? Number.POSITIVE_INFINITY
          : inner.advance(nowUs, (characteristic, bytes) =>
              notify(
                characteristic,
                characteristic === HeadbandCharacteristic.motion ? shifted(bytes, tickOffsetUs) : bytes,
              ),
            ),
    };
    return { h4Address, model, mtuMax };
  }),
);
