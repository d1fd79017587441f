/** Process entry: the counting model on the air. Arguments: H4 address, name, rate in Hz, bytes per packet, MTU. */
import { runPeripheral } from '../../src/adapters/air/index.ts';
import { createCountingModel } from './counting-model.ts';

const [h4Address = '', name = 'counter', rateHz = '100', bytes = '20', mtuMax = '247'] = process.argv.slice(2);
await runPeripheral({
  h4Address,
  mtuMax: Number(mtuMax),
  model: createCountingModel({ name, rateHz: Number(rateHz), bytes: Number(bytes) }),
});
