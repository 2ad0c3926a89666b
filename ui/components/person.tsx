// Somebody by name; a name that the marketplace keeps to itself until the deal is paid is marked as such.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PersonRef } from '../../gateway/protocol/api/forms.js';

interface PersonProps {
  readonly who: PersonRef;
  /** Where the remark would stand again and again. */
  readonly isBrief?: boolean;
}

export function Person({ who, isBrief = false }: PersonProps): ReactNode {
  const { t } = useTranslation();
  if (!who.isMasked || isBrief) return <span>{who.name}</span>;
  return (
    <span>
      {who.name}{' '}
      <span className="text-sm text-quiet" title={t('person.whyMasked')}>
        ({t('person.masked')})
      </span>
    </span>
  );
}
