import { t } from '../i18n/index.ts';
import { HeadSideShape } from './head-pictures.tsx';

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
          <HeadSideShape />
          <path class="p-arrow" d="M22 16C40-14 150-26 184 6M22 16L26-6M22 16L44 14M184 6L164 6M184 6L182-16" />
        </g>
      </svg>
      <h2>{howTo.title}</h2>
      <ol class="plain-list numbered">
        {howTo.lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
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
