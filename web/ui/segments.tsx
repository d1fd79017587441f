import type { Signal } from '@preact/signals';

interface SegmentsProps<T extends string> {
  readonly name: string;
  readonly legend: string;
  readonly value: Signal<T>;
  readonly options: readonly (readonly [T, string])[];
}

/** A choice of a few, as radio buttons in one bar. */
export function Segments<T extends string>({ name, legend, value, options }: SegmentsProps<T>) {
  return (
    <fieldset class="field">
      <legend>{legend}</legend>
      <div class="segments wide">
        {options.map(([option, text]) => (
          <label key={option}>
            <input
              type="radio"
              name={name}
              data-testid={`${name}-${option}`}
              checked={value.value === option}
              onChange={() => {
                value.value = option;
              }}
            />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
