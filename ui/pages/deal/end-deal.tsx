// A party ends a deal by its word alone, after it was said what becomes of the money: cancelled before it is paid,
// given back by the seller afterwards.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DealPage } from '../../../gateway/protocol/api/deals.js';
import { cancelDeal, concedeDeal } from '../../../gateway/sdk/commands/deals.js';
import { useCommand } from '../../app/answers.js';
import { Button } from '../../components/button.js';
import { CommandNote } from '../../components/command-note.js';
import { Panel } from '../../components/panel.js';

interface DealProps {
  readonly deal: DealPage;
  readonly how: 'cancel' | 'concede';
}

/** Whichever of the two the viewer can do now, if any. */
export function EndDeal({ deal }: Pick<DealProps, 'deal'>): ReactNode {
  if (deal.mayCancel) return <EndButton deal={deal} how="cancel" />;
  return deal.mayConcede ? <EndButton deal={deal} how="concede" /> : null;
}

function EndButton({ deal, how }: DealProps): ReactNode {
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
        {t(`deal.${how}.open`)}
      </Button>
      {isOpen && (
        <Panel title={t(`deal.${how}.title`)} close={close}>
          <Confirm deal={deal} how={how} />
        </Panel>
      )}
    </div>
  );
}

function Confirm({ deal, how }: DealProps): ReactNode {
  const { t } = useTranslation();
  const command = useCommand(how === 'cancel' ? 'cancelDeal' : 'concedeDeal');
  return (
    <div className="grid gap-5">
      <p>{t(aboutOf({ deal, how }))}</p>
      <p className="hint">{t(`deal.${how}.more`)}</p>
      <CommandNote command={command} />
      <Button
        look="danger"
        disabled={command.operation !== null}
        busy={command.isSending ? t('command.sending') : null}
        onClick={() => {
          const request = how === 'cancel' ? cancelDeal(deal.terms) : concedeDeal(deal.terms);
          void command.send({ path: { deal: deal.id }, request }).catch(() => null);
        }}
      >
        {t(`deal.${how}.it`)}
      </Button>
    </div>
  );
}

function aboutOf({ deal, how }: DealProps) {
  if (how === 'concede') return 'deal.concede.about';
  return deal.role === 'seller' ? 'deal.cancel.aboutSeller' : 'deal.cancel.aboutBuyer';
}
