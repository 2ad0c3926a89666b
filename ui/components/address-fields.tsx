// Fields of a delivery address, what was typed in them, and an address as it is shown.
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeliveryAddress } from '../../gateway/protocol/api/addresses.js';
import { Field, TextArea } from './field.js';
import type { Faults, Form } from './use-form.js';

export type AddressName = 'recipient' | 'text' | 'phone';

const PHONE = /^\+?[0-9][0-9 ()-]{3,23}$/;

export function AddressFields({
  form,
  of,
}: {
  readonly form: Pick<Form<AddressName>, 'faultOf'>;
  /** What stands in them at first. */
  readonly of: Partial<DeliveryAddress>;
}): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <Field
        label={t('address.recipient')}
        name="recipient"
        maxLength={100}
        autoComplete="shipping name"
        defaultValue={of.recipient}
        fault={form.faultOf('recipient')}
      />
      <TextArea
        label={t('address.text')}
        name="text"
        rows={3}
        maxLength={500}
        autoComplete="shipping street-address"
        defaultValue={of.text}
        fault={form.faultOf('text')}
      />
      <Field
        label={t('address.phone')}
        name="phone"
        type="tel"
        maxLength={25}
        autoComplete="shipping tel"
        defaultValue={of.phone ?? ''}
        fault={form.faultOf('phone')}
      />
    </>
  );
}

export function readAddress(
  typed: (name: AddressName) => string,
  t: TFunction,
): { readonly values: DeliveryAddress } | { readonly faults: Faults<AddressName> } {
  const recipient = typed('recipient');
  const text = typed('text').replace(/\s*\r?\n/g, '\n');
  const phone = typed('phone');
  const faults: Faults<AddressName> = {
    ...(recipient === '' ? { recipient: t('address.recipientNeeded') } : {}),
    ...(text === '' ? { text: t('address.textNeeded') } : {}),
    ...(phone === '' || PHONE.test(phone) ? {} : { phone: t('address.phoneForm') }),
  };
  if (Object.keys(faults).length > 0) return { faults };
  return { values: { recipient, text, phone: phone === '' ? null : phone } };
}

export function AddressText({ of }: { readonly of: DeliveryAddress }): ReactNode {
  return (
    <address className="grid min-w-0 gap-1 wrap-anywhere not-italic">
      <span className="font-semibold">{of.recipient}</span>
      <span className="whitespace-pre-line">{of.text}</span>
      {of.phone !== null && <span className="amount">{of.phone}</span>}
    </address>
  );
}
