/** What the messages of a recording look like, as JSON schemas: Foxglove and Lichtblick plot their numbers by these. */

const number = { type: 'number' };
const maybe = { type: ['number', 'null'] };
const xyz = { type: 'object', properties: { x: maybe, y: maybe, z: maybe } };
const of = (title: string, properties: object) => ({ title, type: 'object', properties });

/** Topics: /head/raw, /head/imu, /trunk/raw ..., /angles, /events. */
export const MCAP_SCHEMAS = {
  'neck.Raw': of('What the sensor sent, byte by byte', {
    characteristic: { type: 'string' },
    data: { type: 'string', contentEncoding: 'base64' },
    arrival_us: number,
  }),
  'neck.Imu': of('One decoded sample: sensor frame, SI; null where the sensor sends none', {
    tick_us: maybe,
    counter: maybe,
    orientation: { type: 'object', properties: { w: maybe, x: maybe, y: maybe, z: maybe } },
    angular_velocity_radps: xyz,
    linear_acceleration_mps2: xyz,
    flags: { type: 'integer' },
  }),
  'neck.Angles': of('Angles of the head against its neutral, degrees; null until the band is aligned', {
    flexion_deg: maybe,
    right_lateral_deg: maybe,
    left_rotation_deg: maybe,
    frt_left_twist_deg: maybe,
    frt_twist_standard_uncertainty_deg: maybe,
    head_inclination_deg: maybe,
    speed_degps: maybe,
    simulated: { type: 'boolean' },
  }),
  'neck.Event': of('A mark on the record: prompts, keys, alignment, gaps', {
    type: { type: 'string' },
    values: { type: 'object' },
  }),
} as const;

export type McapSchemaName = keyof typeof MCAP_SCHEMAS;
