/** How the headband sits under an examiner's hands, and the question whether the band itself hurts. */
import { signal } from '@preact/signals';
import { t } from '../i18n/index.ts';
import { HeadSideShape } from './head-pictures.tsx';
import { Icon } from './icon.tsx';

/** Of this visit's patient; not part of the record. */
const hurts = signal<'no' | 'yes' | null>(null);

/** A number that stands for the line of text of the same number. */
function Mark({ x, y, number }: { readonly x: number; readonly y: number; readonly number: number }) {
  return (
    <g class="p-mark" transform={`translate(${x} ${y})`}>
      <circle r="12" />
      <text y="5">{number}</text>
    </g>
  );
}

/** Supine: the head lies in the hands, which come from the head end and stay below the band. */
export function WearPicture() {
  return (
    <svg class="picture supine" viewBox="0 0 320 176" role="img">
      <title>{t.wear.picture}</title>
      <path class="p-couch" d="M8 158h304M40 158v16M284 158v16" />
      <path class="p-body" d="M146 104c22-16 52-18 92-14l74 8v56H176c-26 0-36-24-30-50z" />
      <g transform="translate(112 86) rotate(-72) scale(.72) translate(-100 -92)">
        <path class="p-arm" d="M-30-58L22 112" />
        <HeadSideShape />
        <path class="p-hand" d="M22 106C30 122 36 134 46 140" />
        <path class="p-finger" d="M46 112L92 116M48 124L100 130M50 136L96 144M52 146L84 156" />
      </g>
      <path class="p-lead" d="M92 34L88 26M66 120L50 132M128 118L146 134" />
      <Mark x={84} y={14} number={1} />
      <Mark x={40} y={140} number={2} />
      <Mark x={156} y={140} number={3} />
    </svg>
  );
}

export function BandQuestion() {
  const said = hurts.value;
  return (
    <fieldset class="band-question">
      <legend>{t.wear.hurts.ask}</legend>
      <div class="segments">
        {(['no', 'yes'] as const).map((answer) => (
          <label key={answer}>
            <input
              type="radio"
              name="band-hurts"
              data-testid={`band-hurts-${answer}`}
              checked={said === answer}
              onChange={() => {
                hurts.value = answer;
              }}
            />
            <span>{t.wear.hurts[answer]}</span>
          </label>
        ))}
      </div>
      <p role="status" class={said === 'yes' ? 'attention with-icon' : 'good with-icon'}>
        {said !== null && <Icon name={said === 'yes' ? 'warn' : 'check'} />}
        {said !== null && (said === 'yes' ? t.wear.hurts.remedy : t.wear.hurts.good)}
      </p>
    </fieldset>
  );
}

export function WearCard() {
  return (
    <section class="card wear">
      <h2>{t.wear.title}</h2>
      <WearPicture />
      <ol class="plain-list numbered">
        {t.wear.lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
      <BandQuestion />
    </section>
  );
}
