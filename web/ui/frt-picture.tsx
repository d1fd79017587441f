import { t } from '../i18n/index.ts';

/** What the test looks like, and the keys that run it with both hands on the head. */
export function FrtPicture() {
  const { keys, howTo } = t.frt;
  return (
    <section class="card how-to">
      <svg class="picture supine" viewBox="0 0 320 190" role="img">
        <title>{howTo.picture}</title>
        <path class="p-couch" d="M96 150h214v12H96zM120 162v22M290 162v22" />
        <path class="p-body" d="M118 148c-6-30 10-46 40-48l152 6v42z" />
        <path class="p-body" d="M112 118l24-14 14 26-26 16z" />
        <g transform="translate(96 88) rotate(48)">
          <path class="p-skin" d="M-40 6c0-30 18-46 42-46S44-22 44 4 26 50 2 50-40 34-40 6z" />
          <path class="p-skin" d="M-10-38l-8-16 20 12z" />
          <path class="p-band-line" d="M-30-22C-20 4-18 26-24 38" />
          <rect class="p-sensor" x="-35" y="-30" width="13" height="11" rx="3" transform="rotate(-30 -28 -24)" />
        </g>
        <path class="p-arrow" d="M58 34a66 66 0 0 1 64-14M122 20l-15-8M122 20l-12 12" />
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
