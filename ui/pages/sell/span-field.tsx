// A length of time as people give it: a number and its unit.
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { type SpanName, type Unit, UNITS } from './offer-form.js';

interface SpanFieldProps {
  readonly name: SpanName;
  readonly usual: { readonly count: number; readonly unit: Unit };
  readonly fault: string | null;
}

export function SpanField({ name, usual, fault }: SpanFieldProps): ReactNode {
  const { t } = useTranslation();
  const id = useId();
  return (
    <fieldset className="field">
      <legend className="legend">{t(`sell.span.${name}`)}</legend>
      <p id={`${id}-hint`} className="hint">
        {t(`sell.spanHint.${name}`)}
      </p>
      {fault !== null && (
        <p id={`${id}-fault`} className="fault">
          {fault}
        </p>
      )}
      <div className="flex gap-2">
        <input
          className="input amount w-24!"
          name={name}
          inputMode="numeric"
          aria-label={t('sell.spanCount')}
          aria-describedby={`${id}-hint ${id}-fault`}
          aria-invalid={fault !== null}
          defaultValue={usual.count}
        />
        <select
          className="input"
          name={`${name}Unit`}
          aria-label={t('sell.spanUnit')}
          defaultValue={usual.unit}
        >
          {UNITS.map((unit) => (
            <option key={unit} value={unit}>
              {t(`sell.unit.${unit}`)}
            </option>
          ))}
        </select>
      </div>
    </fieldset>
  );
}
