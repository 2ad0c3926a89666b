// Buyer or seller ends a deal that is not paid, after it was said what becomes of the money.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DealPage } from '../../../gateway/protocol/api/deals.js';
import { cancelDeal } from '../../../gateway/sdk/commands/deals.js';
import { useCommand } from '../../app/answers.js';
import { Button } from '../../components/button.js';
import { CommandNote } from '../../components/command-note.js';
import { Panel } from '../../components/panel.js';

interface DealProps {
  readonly deal: DealPage;
}

export function CancelDeal({ deal }: DealProps): ReactNode {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const close = (): void => {
    setOpen(false);
  };
  return (
    <div>
      <Button
        look="plain"
        onClick={() => {
          setOpen(true);
        }}
      >
        {t('deal.cancel.open')}
      </Button>
      {isOpen && (
        <Panel title={t('deal.cancel.title')} close={close}>
          <Confirm deal={deal} />
        </Panel>
      )}
    </div>
  );
}

function Confirm({ deal }: DealProps): ReactNode {
  const { t } = useTranslation();
  const command = useCommand('cancelDeal');
  return (
    <div className="grid gap-5">
      <p>{t(deal.role === 'seller' ? 'deal.cancel.aboutSeller' : 'deal.cancel.aboutBuyer')}</p>
      <p className="hint">{t('deal.cancel.more')}</p>
      <CommandNote command={command} />
      <Button
        look="danger"
        disabled={command.operation !== null}
        busy={command.isSending ? t('command.sending') : null}
        onClick={() => {
          const request = cancelDeal(deal.terms);
          void command.send({ path: { deal: deal.id }, request }).catch(() => null);
        }}
      >
        {t('deal.cancel.it')}
      </Button>
    </div>
  );
}
