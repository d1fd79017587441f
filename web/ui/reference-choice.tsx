import { SELECTABLE_FRT_REFERENCES } from '../../src/core/reference/frt-reference.ts';
import { t } from '../i18n/index.ts';
import { chooseReference, referenceId } from '../state/reference.ts';

/** Only rows whose value and groups were read in the source's own text. */
export function ReferenceChoice() {
  return (
    <label class="field reference-choice">
      <span>{t.report.reference}</span>
      <select
        class="input"
        data-testid="reference"
        value={referenceId.value}
        onChange={(event) => chooseReference(event.currentTarget.value)}
      >
        {SELECTABLE_FRT_REFERENCES.map(({ id, label }) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}
