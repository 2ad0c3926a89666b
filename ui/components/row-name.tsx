// A row of the ledger by what it is about; its key for who asks.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export function RowName({ of }: { readonly of: string }): ReactNode {
  const { t } = useTranslation();
  const [kind = ''] = of.split('/');
  return (
    <span title={of} className="font-semibold">
      {t(`receipt.kind.${kind}`, { defaultValue: kind })}
    </span>
  );
}
