import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import { addLight } from '../live/loop.ts';
import { dataWriter, textWriter } from '../live/painters.ts';
import { guardLevel } from '../logic/guards.ts';

/** The bar follows every frame; its number is for reading, and digits that change faster than this cannot be read, ms. */
const READ_EVERY_MS = 100;

interface GuardProps {
  readonly name: string;
  readonly unit: string;
  readonly limit: number;
  /** Share of the limit from which it is near. */
  readonly markShare: number;
  readonly overText: string;
  /** The present reading in `unit`; NaN when there is none. */
  readonly read: () => number;
}

/** A bar that fills towards a limit, with the state in words. Written by the animation loop. */
export function Guard({ name, unit, limit, markShare, overText, read }: GuardProps) {
  const box = useRef<HTMLDivElement>(null);
  const fill = useRef<HTMLElement>(null);
  const value = useRef<HTMLSpanElement>(null);
  const words = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const writeLevel = dataWriter(box.current!, 'level');
    const writeValue = textWriter(value.current!);
    const writeWords = textWriter(words.current!);
    // Held here: a painter may run once more while the view is being taken down.
    const bar = fill.current!;
    let shown = Number.NaN;
    let writtenMs = Number.NEGATIVE_INFINITY;
    return addLight((state) => {
      const reading = state === 'gone' ? Number.NaN : read();
      const known = Number.isFinite(reading);
      const level = known ? guardLevel(reading, limit, markShare) : 'ok';
      writeLevel(known ? level : 'none');
      const nowMs = performance.now();
      if (nowMs - writtenMs >= READ_EVERY_MS || !known) {
        writtenMs = nowMs;
        writeValue(known ? `${Math.round(Math.abs(reading))}${unit}` : t.unknown);
      }
      writeWords(!known ? '' : level === 'over' ? overText : level === 'near' ? t.frt.guards.near : t.frt.guards.ok);
      const share = known ? Math.round(Math.min(1, Math.abs(reading) / limit) * 200) / 200 : 0;
      if (share !== shown) {
        shown = share;
        bar.style.transform = `scaleX(${share})`;
      }
    });
  }, [limit, markShare, overText, read, unit]);
  return (
    <div class="guard" ref={box}>
      <p>
        <span class="guard-name">{name}</span>
        <b ref={value} />
        <span class="guard-words" ref={words} />
      </p>
      <span class="guard-track" aria-hidden="true">
        <i ref={fill} />
      </span>
      <span class="quiet guard-limit">{t.frt.guards.limit(`${limit}${unit}`)}</span>
    </div>
  );
}

/** Gyro against gravity, in words alone: there is no number between them that a person could steer by. */
export function GravityGuard({ now }: { readonly now: 'agrees' | 'differs' | 'blind' | null }) {
  return (
    <div class="guard in-words" data-level={now === 'differs' ? 'over' : 'none'} data-testid="gravity-guard">
      <p>
        <span class="guard-name">{t.frt.guards.gravity}</span>
        <span class="guard-words">{now === null ? t.unknown : t.frt.guards.gravityNow[now]}</span>
      </p>
    </div>
  );
}
