/** One connected sensor: how it is, what it is, and what can be done with it. */
import type { SensorState } from '../../src/contract/state.ts';
import { formatOne, formatPercent, formatWhole, t, toldText } from '../i18n/index.ts';
import { formatRoute } from '../logic/route.ts';
import { command } from '../state/gateway-link.ts';
import { Battery } from '../ui/battery.tsx';
import { SignalBars } from '../ui/signal-bars.tsx';
import { SimBadge } from '../ui/sim-badge.tsx';
import { AttitudeChoice } from './attitude-choice.tsx';
import { CheckPart, ProofPart } from './sensor-fitness.tsx';
import { TumblePart } from './tumble-card.tsx';

export function SensorCard({ sensor }: { readonly sensor: SensorState }) {
  return (
    <section class="card sensor-card" data-testid="sensor-card">
      <header>
        <div>
          <h2>{sensor.name}</h2>
          <p class={sensor.phase === 'streaming' ? 'good' : 'attention'}>
            {t.start.role[sensor.role]} · {t.sensorPhase[sensor.phase]}
          </p>
        </div>
        {sensor.simulated && <SimBadge />}
      </header>
      {sensor.message !== null && <p class="attention">{toldText(sensor.message)}</p>}
      <dl class="facts two">
        <div>
          <dt>{t.header.battery}</dt>
          <dd>
            <Battery share={sensor.battery} />
          </dd>
        </div>
        {sensor.sourceId === 'radio' && (
          <div>
            <dt>{t.header.signal}</dt>
            <dd class="with-icon">
              {sensor.rssiDbm !== null && <SignalBars rssiDbm={sensor.rssiDbm} />}
              {sensor.rssiDbm === null ? t.unknown : t.start.dbm(formatWhole(sensor.rssiDbm))}
            </dd>
          </div>
        )}
        <div>
          <dt>{t.header.rate}</dt>
          <dd>{formatOne(sensor.rateHz)} Hz</dd>
        </div>
        <div>
          <dt>{t.header.loss}</dt>
          <dd class={sensor.lossShare > 0.02 ? 'attention' : ''}>{formatPercent(sensor.lossShare)}</dd>
        </div>
      </dl>
      <p class="quiet small-print">
        {[sensor.model, sensor.serial, sensor.firmware].filter((part) => part !== '').join(' · ')}
      </p>
      <ProofPart sensor={sensor} />
      <CheckPart sensor={sensor} />
      <AttitudeChoice sensor={sensor} />
      <div class="actions">
        {sensor.role === 'head' && (
          <a class="button primary" data-testid="to-align" href={formatRoute({ view: 'align' })}>
            {t.start.next}
          </a>
        )}
        <button type="button" class="button" onClick={() => void command({ type: 'identify', index: sensor.index })}>
          {t.start.identify}
        </button>
        <button
          type="button"
          class="button"
          data-testid="disconnect"
          onClick={() => void command({ type: 'disconnect', index: sensor.index })}
        >
          {t.start.disconnect}
        </button>
      </div>
      <TumblePart sensor={sensor} />
    </section>
  );
}
