/** Every simulated sensor by the id of the driver that reads it. */
import { capture2goDriver } from '../../devices/capture2go.ts';
import { dotDriver } from '../../devices/dot.ts';
import { headbandDriver } from '../../devices/headband.ts';
import { metaMotionDriver } from '../../devices/metamotion.ts';
import { museAthenaDriver, museDriver } from '../../devices/muse.ts';
import { thingy52Driver } from '../../devices/thingy52.ts';
import { witMotionDriver } from '../../devices/witmotion.ts';
import { createCapture2goModel } from './capture2go-model.ts';
import { createDotModel } from './dot-model.ts';
import { createHeadbandModel } from './headband-model.ts';
import { createMetaMotionModel } from './metamotion-model.ts';
import { createMuseModel } from './muse-model.ts';
import type { SensorModel, SensorModelOptions } from './sensor-model.ts';
import { createThingy52Model } from './thingy52-model.ts';
import { createWitMotionModel } from './witmotion-model.ts';

export const SIMULATED_SENSORS: Readonly<Record<string, (options: SensorModelOptions) => SensorModel>> = {
  [headbandDriver.id]: createHeadbandModel,
  [dotDriver.id]: createDotModel,
  [capture2goDriver.id]: createCapture2goModel,
  [metaMotionDriver.id]: createMetaMotionModel,
  [witMotionDriver.id]: createWitMotionModel,
  [museDriver.id]: (options) => createMuseModel({ ...options, kind: 'classic' }),
  [museAthenaDriver.id]: (options) => createMuseModel({ ...options, kind: 'athena' }),
  [thingy52Driver.id]: createThingy52Model,
};
