/** Choose a sensor: what is in sight, what is connected, and why Bluetooth may be silent. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { FoundSensorState, KitState } from '../../src/contract/state.ts';
import { formatWhole, t, told, toldText } from '../i18n/index.ts';
import { command } from '../state/gateway-link.ts';
import { searchAsksPerson } from '../state/kit-link.ts';
import { headSensor, kit, sensors } from '../state/store.ts';
import { focusSoon } from '../ui/focus.ts';
import { Icon } from '../ui/icon.tsx';
import { SignalBars } from '../ui/signal-bars.tsx';
import { SimBadge } from '../ui/sim-badge.tsx';
import { ViewHead } from '../ui/view-head.tsx';
import { WearCard } from '../ui/wear-card.tsx';
import { SensorCard } from './sensor-card.tsx';

const connectingId = signal<string | null>(null);

/** The first sensor is the head's; a second one goes to the trunk. */
async function connect(id: string): Promise<void> {
  connectingId.value = id;
  const role = headSensor.value === null ? 'head' : 'trunk';
  const connected = await command({ type: 'connect', id, role });
  connectingId.value = null;
  if (connected && role === 'head') focusSoon('to-align');
}

function FoundRow({ found }: { readonly found: FoundSensorState }) {
  const connected = sensors.value.some((sensor) => sensor.id === found.id);
  const busy = connectingId.value === found.id;
  return (
    <li class="sensor-row" data-testid={`sensor-${found.id}`}>
      {found.sourceId === 'radio' && <SignalBars rssiDbm={found.rssiDbm} />}
      <div class="sensor-row-text">
        <strong>{found.name}</strong>
        <span class="quiet">
          {t.start.source[found.sourceId]}
          {found.rssiDbm !== null && ` · ${t.start.dbm(formatWhole(found.rssiDbm))}`}
        </span>
      </div>
      {found.simulated && <SimBadge />}
      {connected ? (
        <span class="with-icon good">
          <Icon name="check" />
          {t.start.connected}
        </span>
      ) : (
        <button
          type="button"
          class={headSensor.value === null ? 'button primary' : 'button'}
          data-testid="connect"
          disabled={busy}
          aria-label={
            headSensor.value === null || busy ? t.start.connectNamed(found.name) : t.start.connectTrunkNamed(found.name)
          }
          onClick={() => void connect(found.id)}
        >
          {busy ? t.start.connecting : headSensor.value === null ? t.start.connect : t.start.connectTrunk}
        </button>
      )}
    </li>
  );
}

/** The catalogue's words for the code, else what the gateway has to say about it. */
function radioWords({ code, message, remedy }: KitState['radio']) {
  if (code === null) return { message: message === null ? null : toldText(message), remedy };
  const words = told({ code, message: message ?? '', hint: remedy ?? '' });
  return { message: words.message, remedy: words.hint };
}

function RadioLine() {
  const radio = kit.value?.radio;
  if (!radio) return null;
  const { message, remedy } = radioWords(radio);
  return (
    <div class={`radio-line ${radio.status}`} data-testid="radio" role="status">
      <Icon name={radio.status === 'unavailable' ? 'warn' : 'radio'} />
      <p>
        <strong>{t.start.radio[radio.status]}.</strong> {radio.status === 'unavailable' && message}
        {radio.status === 'unavailable' && remedy !== null && (
          <span class="remedy">
            <span class="visually-hidden">{t.start.radio.remedy}: </span>
            {remedy}
          </span>
        )}
      </p>
    </div>
  );
}

/** The gateway for which the search was begun: once by itself, after that only when asked. */
let searchedFor: string | null = null;

export function StartView() {
  const state = kit.value;
  const serverId = state?.serverId ?? null;
  const settled = state !== null && (state.scanning || headSensor.value !== null);
  useEffect(() => {
    if (serverId === null || searchedFor === serverId) return;
    searchedFor = serverId;
    // A press a moment ago was meant for something else: it must not open a list.
    if (!settled && !searchAsksPerson()) void command({ type: 'scan', on: true });
  }, [serverId, settled]);
  const found = state?.found ?? [];
  // Without a radio there is nothing to search with: what the simulator offers is there at once.
  const searching =
    (state?.scanning ?? false) &&
    !(state?.radio.status === 'unavailable' && found.every((entry) => entry.sourceId !== 'radio'));
  return (
    <>
      <ViewHead title={t.start.title} lead={t.start.lead} />
      <div class={`columns start-columns ${sensors.value.length > 0 ? 'connected' : ''}`}>
        <section class="card" aria-labelledby="found-title">
          <header>
            <h2 id="found-title">{t.start.found}</h2>
            <button
              type="button"
              class="button small"
              data-testid="scan"
              aria-pressed={searching}
              onClick={() => void command({ type: 'scan', on: !searching })}
            >
              <Icon name={searching ? 'cross' : 'refresh'} />
              {searching ? t.start.stopSearch : t.start.search}
            </button>
          </header>
          {searching && (
            <p class="searching" role="status">
              <i class="sweep" />
              <span class="visually-hidden">{t.start.searching}</span>
            </p>
          )}
          {found.length === 0 ? (
            <p class="empty">{sensors.value.length > 0 ? t.start.noOther : t.start.none}</p>
          ) : (
            <ul class="sensor-list">
              {found.map((entry) => (
                <FoundRow key={entry.id} found={entry} />
              ))}
            </ul>
          )}
          <RadioLine />
        </section>
        {sensors.value.length > 0 && (
          <div class="stack">
            {sensors.value.map((sensor) => (
              <SensorCard key={sensor.index} sensor={sensor} />
            ))}
          </div>
        )}
        <WearCard />
      </div>
    </>
  );
}
