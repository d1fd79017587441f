/** Whether a sensor is fit for a test: what its data have proven on this connection, and the check on the table. */
import type { SensorState } from '../../src/contract/state.ts';
import { formatOne, formatPercent, t, toldText, wordFor } from '../i18n/index.ts';
import { command } from '../state/gateway-link.ts';
import { frtRunning } from '../state/store.ts';
import { Icon } from '../ui/icon.tsx';

const DEG = 180 / Math.PI;
type CheckRecord = NonNullable<NonNullable<SensorState['check']>['record']>;

/** Two decimals: what a gyroscope rests at is a fraction of a degree a second. */
const twoOf = (value: number): string =>
  new Intl.NumberFormat(t.language, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);

export function ProofPart({ sensor }: { readonly sensor: SensorState }) {
  const { checks } = sensor.proof;
  const seen = checks.filter(({ verdict }) => verdict !== 'absent');
  if (seen.length === 0 || sensor.phase === 'failed') return null;
  const failed = seen.filter(({ verdict }) => verdict === 'failed');
  const passed = seen.filter(({ verdict }) => verdict === 'passed').length;
  const words = t.sensor.proof;
  return (
    <section class="fitness" data-testid="proof" data-failed={failed.length > 0}>
      {failed.length > 0 && (
        <div class="fitness-fault" role="alert">
          <Icon name="warn" />
          <div>
            <strong>{words.failed}</strong>
            {failed.map(({ check, fault, message }) => (
              <p key={check} data-testid={`proof-${fault ?? check}`}>
                {wordFor(words.faults, fault ?? '', () => toldText(message ?? words.checks[check]))}
              </p>
            ))}
          </div>
        </div>
      )}
      <details>
        <summary>
          {words.title}
          <span class="quiet">
            {passed === seen.length ? words.all : words.some(String(passed), String(seen.length))}
          </span>
        </summary>
        <ul class="fitness-list">
          {seen.map(({ check, verdict }) => (
            <li key={check} class={verdict === 'failed' ? 'attention' : verdict === 'passed' ? '' : 'quiet'}>
              <span>{words.checks[check]}</span>
              <span>{verdict === 'absent' ? '' : words.verdict[verdict]}</span>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}

/** Largest component, deg/s, with its uncertainty. */
function biasText({ gyroBiasRadps, gyroBiasSigmaRadps }: CheckRecord): string {
  if (!gyroBiasRadps || gyroBiasSigmaRadps === null) return t.unknown;
  const most = Math.max(...gyroBiasRadps.map(Math.abs));
  return t.sensor.check.degpsWithin(twoOf(most * DEG), twoOf(gyroBiasSigmaRadps * DEG));
}

function CheckRows({ record }: { readonly record: CheckRecord }) {
  const words = t.sensor.check;
  const bad = (...failures: readonly string[]): boolean => record.failures.some((one) => failures.includes(one));
  const rows: readonly (readonly [string, string, boolean])[] = [
    [words.rows.rate, `${formatOne(record.rateHz)} Hz`, bad('rate', 'no-samples')],
    [words.rows.loss, record.lossShare === null ? t.unknown : formatPercent(record.lossShare), bad('loss')],
    [words.rows.bias, biasText(record), bad('gyro-bias', 'moved')],
    [
      words.rows.noise,
      record.gyroNoiseRadps === null ? t.unknown : words.degps(twoOf(record.gyroNoiseRadps * DEG)),
      bad('gyro-noise', 'moved'),
    ],
    [
      words.rows.force,
      record.forceMps2 === null ? t.unknown : words.mps2(twoOf(record.forceMps2)),
      bad('force', 'acc-noise'),
    ],
    [words.rows.battery, record.battery === null ? t.unknown : formatPercent(record.battery), bad('battery-low')],
  ];
  return (
    <dl class="facts three fitness-rows">
      {rows.map(([name, value, failed]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class={failed ? 'attention' : ''}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function CheckPart({ sensor }: { readonly sensor: SensorState }) {
  const { check, index } = sensor;
  if (sensor.phase !== 'streaming' && check === null) return null;
  const words = t.sensor.check;
  const record = check?.record ?? null;
  const running = check?.phase === 'running';
  return (
    <section class="fitness" aria-label={words.title} data-testid="check" data-phase={check?.phase ?? 'none'}>
      <div class="fitness-head">
        <h3>{words.title}</h3>
        {!running && (
          <button
            type="button"
            class="button small"
            data-testid="check-start"
            disabled={frtRunning.value || sensor.phase !== 'streaming'}
            onClick={() => void command({ type: 'sensor-check', index })}
          >
            {record ? words.again : words.start}
          </button>
        )}
      </div>
      {running && (
        <p role="status">
          {words.running}
          <progress max={1} value={check.progress} aria-label={words.running} />
        </p>
      )}
      {!running && !record && <p class="quiet">{words.lead}</p>}
      {record && (
        <>
          <p
            role="status"
            class={`with-icon ${record.passed ? 'good' : 'attention'}`}
            data-testid="check-outcome"
            data-passed={record.passed}
          >
            <Icon name={record.passed ? 'check' : 'warn'} />
            {record.passed ? words.passed : words.failed}
          </p>
          {record.failures.map((failure) => (
            <p key={failure} class="attention">
              {words.failures[failure]}
            </p>
          ))}
          <CheckRows record={record} />
        </>
      )}
    </section>
  );
}
