// A password for one log-in, shown once, to be handed over in person.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../components/copy-button.js';
import { Facts } from '../../components/facts.js';
import { Notice } from '../../components/notice.js';

export interface Made {
  readonly login: string;
  readonly password: string;
}

export function FirstPassword({ made }: { readonly made: Made }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="grid gap-4">
      <Notice meaning="held">
        <p className="font-semibold">{t('people.passwordOnce')}</p>
        <p>{t('people.passwordOnceMore')}</p>
      </Notice>
      <Facts
        of={[
          { name: t('people.login'), value: <span className="code">{made.login}</span> },
          { name: t('people.firstPassword'), value: <span className="code text-lg!">{made.password}</span> },
        ]}
      />
      <div>
        <CopyButton text={made.password} />
      </div>
    </div>
  );
}
