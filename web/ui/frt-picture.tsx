import { t } from '../i18n/index.ts';
import { HeadSideShape, HeadTopShape } from './head-pictures.tsx';
import { BandQuestion } from './wear-card.tsx';

/** What the test looks like, and the keys that run it with both hands on the head. */
export function FrtPicture() {
  const { keys, howTo } = t.frt;
  return (
    <section class="card how-to">
      <svg class="picture supine" viewBox="0 0 320 190" role="img">
        <title>{howTo.picture}</title>
        <path class="p-couch" d="M124 152h186v12H124zM146 164v20M292 164v20" />
        <path class="p-body" d="M88 146c10-34 44-52 92-50l130 10v46H110c-16 0-24-2-22-6z" />
        <g transform="translate(88 96) rotate(-38) scale(.66) translate(-100 -92)">
          <path class="p-axis" d="M100-44V18M100 186V226" />
          <HeadSideShape />
          <path class="p-arrow back" d="M58-14A42 18 0 0 1 142-14" />
          <path class="p-arrow" d="M58-14A42 18 0 0 0 142-14M58-16L44-1M58-16L75-13M142-16L156-1M142-16L125-13" />
        </g>
        <g transform="translate(252 50)">
          <circle class="p-inset" r="47" />
          <g transform="translate(0 6) scale(.42)">
            <HeadTopShape />
            <path
              class="p-arrow wide"
              d="M-26-86A90 90 0 0 0-78-45M-78-45L-76-70M-78-45L-54-52M26-86A90 90 0 0 1 78-45M78-45L76-70M78-45L54-52"
            />
          </g>
        </g>
      </svg>
      <h2>{howTo.title}</h2>
      <ol class="plain-list numbered">
        {howTo.lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
      <BandQuestion />
      <dl class="key-list">
        {(
          [
            [keys.space, keys.confirm],
            [keys.backspace, keys.redo],
            [keys.p, keys.pain],
            [keys.esc, keys.stop],
          ] as const
        ).map(([key, text]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
