/** The sensor of this visit: connected, then three seconds on the table. */

import type { SensorState } from '../../src/contract/state.ts';
import { degFromRad } from '../../src/core/units.ts';
import { formatOne, formatPercent, formatWhole, t } from '../i18n/index.ts';
import { command } from '../state/gateway-link.ts';
import { headSensor } from '../state/store.ts';
import { Icon } from '../ui/icon.tsx';
import { ProgressRing } from '../ui/progress-ring.tsx';
import { ViewHead } from '../ui/view-head.tsx';
import { StartView } from './start.tsx';

function Found({ sensor }: { readonly sensor: SensorState }) {
  const record = sensor.check?.record;
  if (!record) return null;
  const words = t.visit.sensor;
  return (
    <>
      <p
        class={record.passed ? 'screen-outcome good' : 'screen-outcome attention'}
        role="status"
        data-testid="check-outcome"
      >
        <Icon name={record.passed ? 'check' : 'warn'} />{' '}
        {record.passed ? words.passed : record.failures.map((code) => words.failures[code]).join(' ')}
      </p>
      <dl class="facts">
        <div>
          <dt>{t.header.rate}</dt>
          <dd>{formatOne(record.rateHz)} Hz</dd>
        </div>
        <div>
          <dt>{t.header.loss}</dt>
          <dd>{record.lossShare === null ? t.unknown : formatPercent(record.lossShare)}</dd>
        </div>
        <div>
          <dt>{words.bias}</dt>
          <dd>
            {record.gyroBiasRadps === null
              ? t.unknown
              : words.degps(formatOne(Math.max(...record.gyroBiasRadps.map((one) => Math.abs(degFromRad(one))))))}
          </dd>
        </div>
        <div>
          <dt>{t.header.battery}</dt>
          <dd>{record.battery === null ? t.unknown : `${formatWhole(100 * record.battery)} %`}</dd>
        </div>
      </dl>
    </>
  );
}

export function VisitSensor({ onNext }: { readonly onNext: () => void }) {
  const sensor = headSensor.value;
  if (sensor === null) return <StartView />;
  const words = t.visit.sensor;
  const running = sensor.check?.phase === 'running';
  const record = sensor.check?.record ?? null;
  const passed = record?.passed === true;
  return (
    <>
      <ViewHead title={words.title} lead={words.lead} />
      <section class="card visit-sensor">
        {running && (
          <div class="check-ring" aria-hidden="true">
            <ProgressRing share={sensor.check?.progress ?? 0} />
          </div>
        )}
        <p role="status">{running ? words.running : sensor.name}</p>
        <Found sensor={sensor} />
        <div class="actions">
          <button
            type="button"
            class={passed ? 'button big' : 'button primary big'}
            data-testid="sensor-check"
            disabled={running}
            onClick={() => void command({ type: 'sensor-check', index: sensor.index })}
          >
            {record ? words.again : words.start}
          </button>
          <button
            type="button"
            class={passed ? 'button primary big' : 'button big'}
            data-testid="sensor-next"
            disabled={running}
            onClick={onNext}
          >
            {passed ? t.visit.next : record ? words.anyway : words.skip}
          </button>
        </div>
      </section>
    </>
  );
}
