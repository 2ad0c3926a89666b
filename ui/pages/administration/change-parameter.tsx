// One parameter of a proposal that is being composed: its new value.
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgreedSettings } from '../../../chaincode/protocol/member.js';
import type { Bounds, ParameterName } from '../../../gateway/protocol/parameter-bounds.js';
import { percentOf } from '../../app/percent.js';
import { useTexts } from '../../app/use-texts.js';
import { Button } from '../../components/button.js';
import { Field as TextField } from '../../components/field.js';
import { useForm } from '../../components/use-form.js';
import {
  type End,
  ENDS,
  type Field,
  isRange,
  kindOf,
  readSettings,
  spanIn,
  UNITS,
} from './parameter-form.js';

interface ChangeParameterProps {
  readonly name: ParameterName;
  /** What the proposal says so far. */
  readonly settings: AgreedSettings;
  readonly bounds: Bounds;
  readonly change: (settings: AgreedSettings) => void;
}

export function ChangeParameter({ name, settings, bounds, change }: ChangeParameterProps): ReactNode {
  const { t } = useTranslation();
  const { rate, span } = useTexts();
  const form = useForm<Field, AgreedSettings>({
    read: (typed) => {
      const values = readSettings(settings, name, typed);
      if (values !== null) return { values };
      const place = isRange(name) ? 'usual' : kindOf(name);
      return { faults: { [place]: t(`parameters.fault.${kindOf(name)}`) } };
    },
    send: (after) => {
      change(after);
      return Promise.resolve();
    },
  });
  const text = kindOf(name) === 'rate' ? rate : span;
  return (
    <form className="grid gap-5" onSubmit={form.onSubmit} noValidate>
      <p className="hint">{t(`parameters.meaning.${name}`)}</p>
      <p className="hint">
        {t('parameters.bounds')}
        {': '}
        {t('parameters.fromTo', { least: text(bounds.least), most: text(bounds.most) })}
      </p>
      <Inputs name={name} settings={settings} fault={form.faultOf} />
      <p className="hint">{t('parameters.draft.adding')}</p>
      <Button type="submit">{t('parameters.draft.add')}</Button>
    </form>
  );
}

interface InputsProps {
  readonly name: ParameterName;
  readonly settings: AgreedSettings;
  readonly fault: (field: Field) => string | null;
}

function Inputs({ name, settings, fault }: InputsProps): ReactNode {
  const { t } = useTranslation();
  if (isRange(name)) {
    const range = settings[name];
    return ENDS.map((end) => (
      <SpanInput
        key={end}
        name={end}
        label={t(`parameters.end.${end}`)}
        spanMs={range[end]}
        fault={fault(end)}
      />
    ));
  }
  const value = settings[name];
  if (kindOf(name) === 'rate') {
    return (
      <TextField
        label={t('parameters.value')}
        name="rate"
        inputMode="decimal"
        unit="%"
        className="amount"
        defaultValue={percentOf(value)}
        fault={fault('rate')}
      />
    );
  }
  return <SpanInput name="span" label={t('parameters.value')} spanMs={value} fault={fault('span')} />;
}

interface SpanInputProps {
  readonly name: 'span' | End;
  readonly label: string;
  readonly spanMs: number;
  readonly fault: string | null;
}

function SpanInput({ name, label, spanMs, fault }: SpanInputProps): ReactNode {
  const { t } = useTranslation();
  const id = useId();
  const { count, unit } = spanIn(spanMs);
  return (
    <fieldset className="field">
      <legend className="legend">{label}</legend>
      {fault !== null && (
        <p id={id} className="fault">
          {fault}
        </p>
      )}
      <div className="flex gap-2">
        <input
          className="input amount w-28!"
          name={name}
          inputMode="numeric"
          aria-label={t('sell.spanCount')}
          aria-invalid={fault !== null}
          aria-describedby={fault === null ? undefined : id}
          defaultValue={count}
        />
        <select className="input" name={`${name}Unit`} aria-label={t('sell.spanUnit')} defaultValue={unit}>
          {UNITS.map((one) => (
            <option key={one} value={one}>
              {t(`parameters.unit.${one}`)}
            </option>
          ))}
        </select>
      </div>
    </fieldset>
  );
}
