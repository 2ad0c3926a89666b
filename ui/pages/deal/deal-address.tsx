// Where the parcel of a deal goes: for the buyer, who may change it until the courier has the parcel, and for the
// seller of a paid deal.
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DealAddress, DeliveryAddress } from '../../../gateway/protocol/api/addresses.js';
import type { DealPage } from '../../../gateway/protocol/api/deals.js';
import { callOf, MOVING_MS, useAnswer } from '../../app/answers.js';
import { useMe, useSession } from '../../app/gateway.js';
import {
  AddressFields,
  type AddressName,
  AddressText,
  readAddress,
} from '../../components/address-fields.js';
import { Button } from '../../components/button.js';
import { Choices } from '../../components/field.js';
import { Loaded } from '../../components/loaded.js';
import { Notice } from '../../components/notice.js';
import { Section } from '../../components/page.js';
import { Panel } from '../../components/panel.js';
import { ProblemNote } from '../../components/problem.js';
import { useForm } from '../../components/use-form.js';

export function DealAddressView({ deal }: { readonly deal: DealPage }): ReactNode {
  const { t } = useTranslation();
  const isWaiting = ({ courier }: DealAddress): boolean => courier === 'waiting' && deal.status === 'paid';
  const answer = useAnswer(
    'getDealAddress',
    { path: { deal: deal.id } },
    { everyMs: MOVING_MS, isMoving: isWaiting },
  );
  return (
    <Section title={t('address.title')}>
      <Loaded from={answer} lines={2}>
        {(found) => <Shown deal={deal} of={found} />}
      </Loaded>
    </Section>
  );
}

function Shown({ deal, of }: { readonly deal: DealPage; readonly of: DealAddress }): ReactNode {
  const { t } = useTranslation();
  const [isChanging, setChanging] = useState(false);
  const isBuyer = deal.role === 'buyer';
  return (
    <div className="grid gap-3">
      {of.address === null ? (
        <Missing deal={deal} mayChange={of.mayChange} />
      ) : (
        <div className="card px-5 py-4">
          <AddressText of={of.address} />
        </div>
      )}
      {of.courier === 'late' && <Notice meaning="trouble">{t('address.late')}</Notice>}
      {of.courier === 'announced' && <p className="hint">{t('address.announced')}</p>}
      {isBuyer && of.address !== null && <p className="hint">{t('address.whoSees')}</p>}
      {of.mayChange && (
        <div>
          <Button
            look="plain"
            onClick={() => {
              setChanging(true);
            }}
          >
            {t(of.address === null ? 'address.give' : 'address.change')}
          </Button>
        </div>
      )}
      {isChanging && (
        <Panel
          title={t('address.title')}
          close={() => {
            setChanging(false);
          }}
        >
          <Change
            deal={deal.id}
            of={of.address}
            done={() => {
              setChanging(false);
            }}
          />
        </Panel>
      )}
    </div>
  );
}

function Missing({ deal, mayChange }: { readonly deal: DealPage; readonly mayChange: boolean }): ReactNode {
  const { t } = useTranslation();
  const { role, status } = deal;
  if (mayChange) return <Notice meaning="held">{t('address.notGiven')}</Notice>;
  const isOpen = status === 'awaitingPayment' || status === 'inProgress';
  return <p className="hint">{t(role === 'seller' && isOpen ? 'address.whenPaid' : 'address.none')}</p>;
}

function Change({
  deal,
  of,
  done,
}: {
  readonly deal: string;
  readonly of: DeliveryAddress | null;
  readonly done: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const call = callOf(useSession().api);
  const client = useQueryClient();
  const me = useMe();
  const { data } = useAnswer('listMyAddresses', {});
  const [copied, setCopied] = useState<string | null>(null);
  const kept = data?.items ?? [];
  const begin = kept.find(({ id }) => id === copied) ?? of ?? { recipient: me.name };
  const form = useForm<AddressName, DeliveryAddress>({
    read: (typed) => readAddress(typed, t),
    send: async (body) => {
      await call('putDealAddress', { path: { deal }, body });
      await client.invalidateQueries();
      done();
    },
  });
  return (
    <form className="grid gap-4" onSubmit={form.onSubmit} noValidate>
      {kept.length > 0 && (
        <Choices
          legend={t('address.fromKept')}
          name="kept"
          chosen={copied}
          choose={setCopied}
          choices={kept.map(({ id, recipient, text }) => ({
            value: id,
            words: <span className="wrap-anywhere">{recipient}</span>,
            more: <span className="wrap-anywhere">{text}</span>,
          }))}
        />
      )}
      <div key={copied} className="grid gap-4">
        <AddressFields form={form} of={begin} />
      </div>
      <ProblemNote error={form.error} />
      <Button type="submit" busy={form.isSending ? t('address.saving') : null}>
        {t('address.save')}
      </Button>
    </form>
  );
}
