import { type DecodedSample, type DecodeOutcome, decodeBytes } from '../devices/decode-bytes.ts';
import { DRIVERS } from '../devices/registry.ts';
import { type Command, type Flags, integerFlag } from './command.ts';

const textsOf = (flags: Flags, name: string): string[] => {
  const given: unknown = flags[name] ?? [];
  return (Array.isArray(given) ? given : [given]).map(String);
};

/** What a support engineer does with bytes from a log: which samples are in them, or why there are none. */
export const decode: Command = {
  name: 'decode',
  summary: 'decode bytes that a device sent, without the device',
  usage: [
    `--device ID            ${DRIVERS.map(({ id }) => id).join(', ')}`,
    '--characteristic UUID  where the bytes came from: with or without dashes, or in its short form; may be given once',
    '                       for all notifications, or once for each',
    '--hex BYTES            one notification; given several times, in order, for frames that span notifications',
    '--mode N               payload layout, where the bytes do not say it themselves (docs/devices.md)',
    '--json                 samples, or status and reason, as one line of JSON',
    'What was found is the answer: the exit code is 0 also when the bytes hold nothing.',
  ],
  options: {
    device: { type: 'string' },
    characteristic: { type: 'string', multiple: true },
    hex: { type: 'string', multiple: true },
    mode: { type: 'string' },
    json: { type: 'boolean' },
  },
  refusal: (error) => JSON.stringify({ status: 'bad-option', reason: error.message } satisfies DecodeOutcome),
  async run(flags) {
    const mode = flags['mode'] === undefined ? {} : { mode: integerFlag(flags, 'mode', 0, 0, 255) };
    const outcome = decodeBytes(DRIVERS, {
      device: textsOf(flags, 'device')[0] ?? '',
      characteristics: textsOf(flags, 'characteristic'),
      hex: textsOf(flags, 'hex'),
      ...mode,
    });
    process.stdout.write(flags['json'] ? `${JSON.stringify(outcome)}\n` : describe(outcome));
    return 0;
  },
};

function describe(outcome: DecodeOutcome): string {
  if (outcome.status !== 'ok') return `${outcome.status}: ${outcome.reason}\n`;
  const battery = outcome.battery === null ? [] : [`battery     ${outcome.battery} %`];
  return `${[...outcome.samples.flatMap(describeSample), ...battery].join('\n')}\n`;
}

function describeSample(sample: DecodedSample, index: number): string[] {
  const list = (values: readonly number[] | null, digits: number): string | null =>
    values?.map((value) => value.toFixed(digits)).join('  ') ?? null;
  const lines: [string, string | null][] = [
    ['tick', sample.tickUs === null ? null : `${sample.tickUs} us`],
    ['counter', sample.counter === null ? null : String(sample.counter)],
    ['quaternion', list(sample.quaternion, 6)],
    ['roll, pitch, yaw', list(sample.eulerDeg, 4)],
    ['acc, m/s^2', list(sample.accMps2, 5)],
    ['gyro, rad/s', list(sample.gyrRadps, 6)],
    ['flags', sample.flags.length === 0 ? null : sample.flags.join(', ')],
  ];
  const known = lines.filter(([, value]) => value !== null);
  return [`sample ${index + 1}`, ...known.map(([name, value]) => `  ${name.padEnd(18)} ${value}`)];
}
