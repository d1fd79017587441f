import type { FrtState, Side } from '../../src/contract/state.ts';
import { formatDeg, t, wordFor } from '../i18n/index.ts';
import { countedOf, type Dot, sideDots } from '../logic/frt-progress.ts';
import { Icon } from './icon.tsx';

function dotLabel(dot: Dot): string {
  if (dot.kind === 'counted') return t.frt.dot.counted(formatDeg(dot.angleDeg));
  if (dot.kind === 'practice') return t.frt.dot.practice;
  if (dot.kind === 'rejected') return t.frt.dot.rejected(wordFor(t.frt.reasons, dot.reason ?? '', t.frt.reasonUnknown));
  return t.frt.dot.open;
}

function SideRow({ state, side }: { readonly state: FrtState; readonly side: Side }) {
  const counted = countedOf(state.repetitions, side);
  return (
    <div class={`dots-side ${side}`}>
      <span class="dots-name">{t.frt.sideUpper[side]}</span>
      <ul>
        {sideDots(state.repetitions, side, state.repetitionsPerSide).map((dot, index) => (
          <li key={dot.number ?? `open-${index}`} class={`rep ${dot.kind}`} title={dotLabel(dot)}>
            {dot.kind === 'counted' && <Icon name="check" />}
            {dot.kind === 'rejected' && <Icon name="cross" />}
            {dot.kind === 'practice' && <span aria-hidden="true">{t.frt.practice[0]}</span>}
            <span class="visually-hidden">{dotLabel(dot)}</span>
          </li>
        ))}
      </ul>
      <span class="quiet dots-count">{t.frt.progress(String(counted), String(state.repetitionsPerSide))}</span>
    </div>
  );
}

/** Left and right, one dot a repetition: what counts, what was practice, what was refused, what is to come. */
export function RepetitionDots({ state }: { readonly state: FrtState }) {
  return (
    <section class="dots" data-testid="frt-dots" aria-label={t.frt.dots}>
      <SideRow state={state} side="left" />
      <SideRow state={state} side="right" />
    </section>
  );
}
