/** Where the attitude of a sensor comes from, for those that offer a choice: its own quaternion, or the kit's filter. */
import type { SensorState } from '../../src/contract/state.ts';
import { t } from '../i18n/index.ts';
import { command } from '../state/gateway-link.ts';
import { frtRunning } from '../state/store.ts';

const SOURCES = ['quaternion', 'inertial'] as const;

export function AttitudeChoice({ sensor }: { readonly sensor: SensorState }) {
  const { attitude, index } = sensor;
  if (!attitude?.selectable) return null;
  const busy = frtRunning.value;
  return (
    <fieldset class="field attitude-choice" data-testid="attitude" disabled={busy}>
      <legend>{t.sensor.attitude.legend}</legend>
      <div class="segments wide">
        {SOURCES.map((source) => (
          <label key={source}>
            <input
              type="radio"
              name={`attitude-${index}`}
              data-testid={`attitude-${source}`}
              checked={attitude.from === source}
              onChange={() => void command({ type: 'attitude', index, from: source })}
            />
            <span>
              {t.sensor.attitude.from[source]}
              {attitude.usual === source && <em class="quiet"> {t.sensor.attitude.usual}</em>}
            </span>
          </label>
        ))}
      </div>
      <p class="quiet small-print">{busy ? t.sensor.attitude.waits : t.sensor.attitude.help}</p>
    </fieldset>
  );
}
