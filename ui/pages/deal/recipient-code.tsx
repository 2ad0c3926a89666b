// The code that the recipient shows the courier, made from the buyer's own secret; shown when it is asked for.
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../app/gateway.js';
import { Button } from '../../components/button.js';
import { CopyButton } from '../../components/copy-button.js';
import { Icon } from '../../components/icon.js';
import { ProblemNote } from '../../components/problem.js';
import { Qr } from '../../components/qr.js';
import { SecretCode } from '../../components/secret-code.js';

export function RecipientCode({ deal }: { readonly deal: string }): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const [isShown, setShown] = useState(false);
  const { data, error } = useQuery({
    queryKey: ['recipientCode', deal],
    enabled: isShown,
    staleTime: Infinity,
    queryFn: () => session.recipientCode(deal),
  });
  return (
    <section className="card grid gap-4 p-5 sm:p-6" aria-label={t('recipientCode.title')}>
      <h2 className="flex items-center gap-2">
        <Icon name="key" />
        {t('recipientCode.title')}
      </h2>
      <p>{t('recipientCode.about')}</p>
      <ProblemNote error={error} />
      {isShown && data !== undefined ? (
        <CodeView code={data} />
      ) : (
        <div>
          <Button
            look="plain"
            onClick={() => {
              setShown(true);
            }}
          >
            {t('recipientCode.show')}
          </Button>
        </div>
      )}
    </section>
  );
}

function CodeView({ code }: { readonly code: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="flex flex-wrap items-center gap-6">
      <Qr text={code} label={t('recipientCode.qr')} />
      <div className="grid min-w-0 gap-3">
        <SecretCode code={code} />
        <div>
          <CopyButton text={code} />
        </div>
        <p className="hint">{t('recipientCode.warning')}</p>
      </div>
    </div>
  );
}
