import type { Signal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import { PASSWORD_MAX } from '../../src/contract/access.ts';
import { t } from '../i18n/index.ts';

interface PasswordFieldProps {
  readonly id: string;
  readonly label: string;
  readonly value: Signal<string>;
  readonly autocomplete: 'current-password' | 'new-password';
  readonly help?: string;
  /** Shown from the beginning: it was just made for this person. */
  readonly shown?: Signal<boolean>;
}

/** A password that may be looked at while it is typed: with gloves off and nobody near, that is the safer way. */
export function PasswordField({ id, label, value, autocomplete, help, shown }: PasswordFieldProps) {
  const own = useSignal(false);
  const visible = shown ?? own;
  const field = {
    id,
    class: 'input',
    'data-testid': id,
    autocomplete,
    autocapitalize: 'off' as const,
    spellcheck: false,
    required: true,
    maxLength: PASSWORD_MAX,
    value: value.value,
    'aria-describedby': help === undefined ? undefined : `${id}-help`,
    onInput: (event: { readonly currentTarget: HTMLInputElement }) => {
      value.value = event.currentTarget.value;
    },
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="field-row password-row">
        {visible.value ? <input type="text" {...field} /> : <input type="password" {...field} />}
        <button
          type="button"
          class="button"
          aria-pressed={visible.value}
          aria-controls={id}
          onClick={() => {
            visible.value = !visible.value;
          }}
        >
          {visible.value ? t.access.hide : t.access.show}
        </button>
      </div>
      {help !== undefined && (
        <p class="quiet" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}
