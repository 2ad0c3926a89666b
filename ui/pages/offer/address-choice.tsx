// Where the parcel of a purchase goes: an address that the person keeps, another one, or later.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { KeptAddress } from '../../../gateway/protocol/api/addresses.js';
import { useMe } from '../../app/gateway.js';
import { AddressFields, type AddressName } from '../../components/address-fields.js';
import { Choices } from '../../components/field.js';
import type { Form } from '../../components/use-form.js';

export const OTHER = 'other';
export const LATER = 'later';
const MOST_SIGNS = 80;

export function AddressChoice(of: {
  readonly kept: readonly KeptAddress[];
  /** Id of a kept one, `other`, `later`. */
  readonly chosen: string;
  readonly choose: (choice: string) => void;
  readonly form: Pick<Form<AddressName>, 'faultOf'>;
}): ReactNode {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <div className="grid gap-4">
      <Choices
        legend={t('address.where')}
        name="address"
        chosen={of.chosen}
        choose={of.choose}
        choices={[
          ...of.kept.map(({ id, recipient, text }) => ({
            value: id,
            words: <span className="wrap-anywhere">{recipient}</span>,
            more: <span className="wrap-anywhere">{shortened(text)}</span>,
          })),
          { value: OTHER, words: t('address.other') },
          { value: LATER, words: t('address.later'), more: t('address.laterMore') },
        ]}
      />
      {of.chosen === OTHER && (
        <div className="grid gap-4">
          <AddressFields form={of.form} of={{ recipient: me.name }} />
          <label className="flex items-center gap-3">
            <input type="checkbox" name="keep" defaultChecked />
            {t('address.keep')}
          </label>
        </div>
      )}
      <p className="hint">{t('address.whoSees')}</p>
    </div>
  );
}

function shortened(text: string): string {
  const line = text.replace(/,?\n/g, ', ');
  return line.length > MOST_SIGNS ? `${line.slice(0, MOST_SIGNS)}…` : line;
}
