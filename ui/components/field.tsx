// Fields of forms: a label, a hint, the fault beside it, and the input that knows of both.
import { type ComponentProps, type ReactNode, useId } from 'react';
import { Icon } from './icon.js';

interface FieldProps extends Omit<ComponentProps<'input'>, 'id'> {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly fault?: string | null;
  /** Stands in the field behind what is typed. */
  readonly unit?: string;
}

export function Field({ label, hint, fault = null, unit, className = '', ...input }: FieldProps): ReactNode {
  const id = useId();
  const described = useDescribed(id, hint !== undefined, fault !== null);
  const control = (
    <input
      id={id}
      className={`input ${className}`}
      aria-invalid={fault !== null}
      aria-describedby={described}
      {...input}
    />
  );
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && <Hint id={id}>{hint}</Hint>}
      {fault !== null && <Fault id={id}>{fault}</Fault>}
      {unit === undefined ? (
        control
      ) : (
        <div className="with-unit">
          {control}
          <span aria-hidden="true">{unit}</span>
        </div>
      )}
    </div>
  );
}

interface TextAreaProps extends Omit<ComponentProps<'textarea'>, 'id'> {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly fault?: string | null;
}

export function TextArea({ label, hint, fault = null, ...area }: TextAreaProps): ReactNode {
  const id = useId();
  const described = useDescribed(id, hint !== undefined, fault !== null);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && <Hint id={id}>{hint}</Hint>}
      {fault !== null && <Fault id={id}>{fault}</Fault>}
      <textarea
        id={id}
        rows={5}
        className="input"
        aria-invalid={fault !== null}
        aria-describedby={described}
        {...area}
      />
    </div>
  );
}

interface SelectProps extends Omit<ComponentProps<'select'>, 'id'> {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly choices: readonly { readonly value: string; readonly words: string }[];
}

export function Select({ label, hint, choices, ...select }: SelectProps): ReactNode {
  const id = useId();
  const described = useDescribed(id, hint !== undefined, false);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && <Hint id={id}>{hint}</Hint>}
      <select id={id} className="input" aria-describedby={described} {...select}>
        {choices.map(({ value, words }) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}

/** One of several, each with room for a second line. */
export function Choices<Value extends string>(of: {
  readonly legend: string;
  readonly name: string;
  readonly chosen: Value | null;
  readonly choose: (value: Value) => void;
  readonly choices: readonly {
    readonly value: Value;
    readonly words: ReactNode;
    readonly more?: ReactNode;
  }[];
}): ReactNode {
  return (
    <fieldset className="grid gap-2">
      <legend className="legend pb-2">{of.legend}</legend>
      {of.choices.map(({ value, words, more }) => (
        <label key={value} className="choice">
          <input
            type="radio"
            name={of.name}
            value={value}
            checked={of.chosen === value}
            onChange={() => {
              of.choose(value);
            }}
          />
          <span className="grid min-w-0">
            <span className="font-semibold">{words}</span>
            {more !== undefined && <span className="hint">{more}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function useDescribed(id: string, hasHint: boolean, hasFault: boolean): string | undefined {
  const parts = [...(hasHint ? [`${id}-hint`] : []), ...(hasFault ? [`${id}-fault`] : [])];
  return parts.length === 0 ? undefined : parts.join(' ');
}

function Hint({ id, children }: { readonly id: string; readonly children: ReactNode }): ReactNode {
  return (
    <p id={`${id}-hint`} className="hint">
      {children}
    </p>
  );
}

function Fault({ id, children }: { readonly id: string; readonly children: ReactNode }): ReactNode {
  return (
    <p id={`${id}-fault`} className="fault">
      <Icon name="alert" size={18} />
      {children}
    </p>
  );
}
