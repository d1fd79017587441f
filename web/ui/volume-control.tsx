/** How loud the cues are, with a try of what they sound like. */
import { t } from '../i18n/index.ts';
import { setVolume, testVolume, volume } from '../live/sounds.ts';
import { setSpeaksSide, speaksSide } from '../live/spoken-side.ts';

export function VolumeControl() {
  return (
    <div class="volume" data-testid="volume">
      <label>
        <span>{t.sound.volume}</span>
        <input
          type="range"
          min="0"
          max="100"
          step="5"
          value={Math.round(volume.value * 100)}
          aria-valuetext={volume.value === 0 ? t.sound.off : t.sound.percent(String(Math.round(volume.value * 100)))}
          onInput={(event) => setVolume(Number(event.currentTarget.value) / 100)}
        />
      </label>
      <button type="button" class="button small" disabled={volume.value === 0} onClick={testVolume}>
        {t.sound.try}
      </button>
      <label class="check">
        <input
          type="checkbox"
          data-testid="spoken-side"
          checked={speaksSide.value}
          onChange={(event) => setSpeaksSide(event.currentTarget.checked)}
        />
        <span>{t.sound.side}</span>
      </label>
    </div>
  );
}
