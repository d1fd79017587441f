/** Process entry: starts a virtual radio, prints the process id of btvirt, and stays. */
import { createVirtualRadio } from '../../src/adapters/air/index.ts';

const radio = createVirtualRadio();
await radio.start();
process.stdout.write(`${radio.btvirtPid}\n`);
