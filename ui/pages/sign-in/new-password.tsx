// A password of one's own, typed twice or made by the program.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { makePassword } from '../../../gateway/sdk/password.js';
import { Button } from '../../components/button.js';
import { Field } from '../../components/field.js';
import { Notice } from '../../components/notice.js';

interface NewPasswordProps {
  readonly label: string;
  readonly againLabel: string;
  readonly faultOf: (name: 'fresh' | 'again') => string | null;
}

export function NewPassword({ label, againLabel, faultOf }: NewPasswordProps): ReactNode {
  const { t } = useTranslation();
  const [made, setMade] = useState<string | null>(null);
  return (
    <>
      <Field
        key={made}
        label={label}
        hint={t('password.hint')}
        name="fresh"
        type={made === null ? 'password' : 'text'}
        defaultValue={made ?? ''}
        autoComplete="new-password"
        fault={faultOf('fresh')}
      />
      <Button
        look="plain"
        isSmall
        onClick={() => {
          setMade(makePassword());
        }}
      >
        {t('password.make')}
      </Button>
      {made !== null && <Notice meaning="held">{t('password.madeAbout')}</Notice>}
      <Field
        label={againLabel}
        name="again"
        type={made === null ? 'password' : 'text'}
        autoComplete="new-password"
        fault={faultOf('again')}
      />
    </>
  );
}
