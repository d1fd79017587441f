import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import type { HeadScene, HeadViewpoint } from '../live/head-scene.ts';
import { addHeavy } from '../live/loop.ts';
import { theme } from './theme.ts';

/** 30 pictures a second at most. */
const INTERVAL_MS = 33;

/** From behind, left and right are where the bars, the meters and the dial have them. */
const viewpoint = signal<HeadViewpoint>('behind');
const unavailable = signal(false);

/** The 3D head; three is fetched when this is first shown. */
export function Head3d() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let scene: HeadScene | null = null;
    let gone = false;
    const undo: (() => void)[] = [];
    void import('../live/head-scene.ts').then(({ createHeadScene }) => {
      if (gone || canvas.current === null) return;
      scene = createHeadScene(canvas.current);
      const made = scene;
      if (made === null) {
        unavailable.value = true;
        return;
      }
      undo.push(addHeavy({ paint: () => made.paint(), intervalMs: INTERVAL_MS, elsewhere: true }));
      undo.push(viewpoint.subscribe((value) => made.setViewpoint(value)));
      undo.push(theme.subscribe(() => made.restyle()));
      const observer = new ResizeObserver(() => made.resize());
      observer.observe(canvas.current.parentElement!);
      undo.push(() => observer.disconnect());
    });
    return () => {
      gone = true;
      for (const step of undo) step();
      scene?.destroy();
    };
  }, []);
  return (
    <figure class="head3d">
      <div class="head3d-box">
        {unavailable.value ? (
          <p class="empty">{t.live.headUnavailable}</p>
        ) : (
          <canvas ref={canvas} role="img" aria-label={t.live.head} />
        )}
      </div>
      <figcaption>
        <fieldset class="segments">
          <legend class="visually-hidden">{t.live.head}</legend>
          {(['behind', 'front'] as const).map((value) => (
            <label key={value}>
              <input
                type="radio"
                name="viewpoint"
                checked={viewpoint.value === value}
                onChange={() => {
                  viewpoint.value = value;
                }}
              />
              <span>{t.live.view[value]}</span>
            </label>
          ))}
        </fieldset>
        <span class="quiet">{t.live.leftRightNote}</span>
      </figcaption>
    </figure>
  );
}
