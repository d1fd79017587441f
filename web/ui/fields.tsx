/** Labelled fields of a form, each bound to a signal. */
import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import { type ListLimits, numbersOf } from '../logic/numbers.ts';

interface FieldProps<T> {
  readonly id: string;
  readonly label: string;
  readonly value: Signal<T>;
  readonly help?: string;
}

function Labelled(props: {
  readonly id: string;
  readonly label: string;
  readonly help: string | undefined;
  readonly children: ComponentChildren;
}) {
  const { id, label, help, children } = props;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      {help !== undefined && (
        <p class="quiet" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}

/** A number, or nothing. */
export function NumberField(
  props: FieldProps<number | null> & {
    readonly min: number;
    readonly max: number;
    readonly step?: number;
    readonly required?: boolean;
  },
) {
  const { id, label, value, help, min, max, step = 1, required = false } = props;
  return (
    <Labelled id={id} label={label} help={help}>
      <input
        id={id}
        data-testid={id}
        class="input"
        type="number"
        inputMode="decimal"
        min={min}
        max={max}
        step={step}
        required={required}
        value={value.value ?? ''}
        aria-describedby={help === undefined ? undefined : `${id}-help`}
        onInput={(event) => {
          const typed = event.currentTarget.valueAsNumber;
          value.value = Number.isFinite(typed) ? typed : null;
        }}
      />
    </Labelled>
  );
}

/** As typed. What is no such list holds the form, and the browser says what is wanted. */
export function NumberListField({ id, label, value, limits }: FieldProps<string> & { readonly limits: ListLimits }) {
  const input = useRef<HTMLInputElement>(null);
  const help = t.outcome.plan.listHelp(String(limits.most), String(limits.entries));
  const fault = numbersOf(value.value, limits) === null ? help : '';
  useEffect(() => input.current?.setCustomValidity(fault), [fault]);
  return (
    <Labelled id={id} label={label} help={help}>
      <input
        ref={input}
        id={id}
        data-testid={id}
        class="input"
        autocomplete="off"
        maxLength={60}
        value={value.value}
        aria-describedby={`${id}-help`}
        onInput={(event) => {
          value.value = event.currentTarget.value;
        }}
      />
    </Labelled>
  );
}

export function TextField(
  props: FieldProps<string> & {
    readonly maxLength: number;
    readonly type?: 'text' | 'date';
    readonly max?: string;
    readonly required?: boolean;
    readonly lines?: number;
  },
) {
  const { id, label, value, help, maxLength, type = 'text', max, required = false, lines } = props;
  const common = {
    id,
    'data-testid': id,
    class: 'input',
    required,
    maxLength,
    value: value.value,
    'aria-describedby': help === undefined ? undefined : `${id}-help`,
  };
  const take = (text: string): void => {
    value.value = text;
  };
  return (
    <Labelled id={id} label={label} help={help}>
      {lines === undefined ? (
        <input
          {...common}
          {...(type === 'date' ? { type, max } : { type })}
          onInput={(event) => take(event.currentTarget.value)}
        />
      ) : (
        <textarea {...common} rows={lines} onInput={(event) => take(event.currentTarget.value)} />
      )}
    </Labelled>
  );
}

export function SelectField<T extends string>(
  props: FieldProps<T> & { readonly options: readonly (readonly [T, string])[] },
) {
  const { id, label, value, help, options } = props;
  return (
    <Labelled id={id} label={label} help={help}>
      <select
        id={id}
        data-testid={id}
        class="input"
        value={value.value}
        aria-describedby={help === undefined ? undefined : `${id}-help`}
        onChange={(event) => {
          const chosen = options.find(([option]) => option === event.currentTarget.value);
          if (chosen) value.value = chosen[0];
        }}
      >
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

export function CheckField({ id, label, value }: FieldProps<boolean>) {
  return (
    <label class="check" for={id}>
      <input
        id={id}
        data-testid={id}
        type="checkbox"
        checked={value.value}
        onChange={(event) => {
          value.value = event.currentTarget.checked;
        }}
      />
      {label}
    </label>
  );
}

/** Any number of a few. */
export function CheckList<T extends string>(props: {
  readonly name: string;
  readonly legend: string;
  readonly value: Signal<readonly T[]>;
  readonly options: readonly (readonly [T, string])[];
}) {
  const { name, legend, value, options } = props;
  return (
    <fieldset class="field">
      <legend>{legend}</legend>
      <div class="check-list">
        {options.map(([option, text]) => (
          <label class="check" key={option}>
            <input
              type="checkbox"
              data-testid={`${name}-${option}`}
              checked={value.value.includes(option)}
              onChange={(event) => {
                const others = value.value.filter((one) => one !== option);
                value.value = event.currentTarget.checked ? [...others, option] : others;
              }}
            />
            {text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** yes, no, or not asked. */
export type Asked = 'yes' | 'no' | 'unasked';
export const askedValue = (asked: Asked): boolean | null => (asked === 'unasked' ? null : asked === 'yes');
export const askedOptions = (): readonly (readonly [Asked, string])[] => [
  ['unasked', t.outcome.notAsked],
  ['yes', t.outcome.yes],
  ['no', t.outcome.no],
];
