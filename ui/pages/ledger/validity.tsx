// Whether a transaction counts: valid, or refused with the ledger's own code.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Badge } from '../../components/status.js';

export function Validity({ code }: { readonly code: number }): ReactNode {
  const { t } = useTranslation();
  if (code === 0) return <Badge meaning="paid">{t('ledger.valid')}</Badge>;
  return <Badge meaning="trouble">{t('ledger.notValid', { code })}</Badge>;
}
