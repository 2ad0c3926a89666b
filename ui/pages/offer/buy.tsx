// Buying: the account that money comes back to, where the parcel goes, and exactly what is signed.
import { useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import type { OfferTerms } from '../../../chaincode/protocol/offer.js';
import type { DeliveryAddress, KeptAddress } from '../../../gateway/protocol/api/addresses.js';
import type { OfferPage } from '../../../gateway/protocol/api/offers.js';
import { buy } from '../../../gateway/sdk/commands/deals.js';
import { newId } from '../../../gateway/sdk/ids.js';
import { newIdOf } from '../../../gateway/sdk/request.js';
import { callOf, useAnswer, useCommand } from '../../app/answers.js';
import { useMe, useSession } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { type AddressName, readAddress } from '../../components/address-fields.js';
import { AccountChoices, useActiveAccounts } from '../../components/accounts.js';
import { Amount } from '../../components/amount.js';
import { Button } from '../../components/button.js';
import { ClockNote } from '../../components/clock-note.js';
import { CommandNote } from '../../components/command-note.js';
import { Facts } from '../../components/facts.js';
import { Loaded } from '../../components/loaded.js';
import { Notice } from '../../components/notice.js';
import { Person } from '../../components/person.js';
import { ProblemNote } from '../../components/problem.js';
import { type Faults, useForm } from '../../components/use-form.js';
import { AddressChoice, LATER, OTHER } from './address-choice.js';

interface BuyProps {
  readonly offer: OfferPage;
  readonly terms: OfferTerms;
  readonly cancel: () => void;
}

export function Buy(props: BuyProps): ReactNode {
  const { t } = useTranslation();
  const accounts = useAnswer('listMyAccounts', {});
  const addresses = useAnswer('listMyAddresses', {});
  return (
    <section className="card grid gap-5 p-5 sm:p-6" aria-label={t('buy.title')}>
      <h2>{t('buy.title')}</h2>
      <Loaded from={accounts} lines={2}>
        {() => (
          <Loaded from={addresses} lines={2}>
            {({ items }) => <BuyForm {...props} kept={items} />}
          </Loaded>
        )}
      </Loaded>
    </section>
  );
}

function BuyForm({
  offer,
  terms,
  cancel,
  kept,
}: BuyProps & { readonly kept: readonly KeptAddress[] }): ReactNode {
  const { t } = useTranslation();
  const { money } = useTexts();
  const accounts = useActiveAccounts(terms.currency);
  const [link, setLink] = useState<string | null>(accounts[0]?.link ?? null);
  const [chosen, choose] = useState<string>(kept[0]?.id ?? OTHER);
  const { command, send } = useBuying(terms);
  const keep = useKeeping(choose);
  const form = useForm<AddressName | 'keep', Wish>({
    read: (typed) => readWish({ typed, t, kept, chosen }),
    send: async ({ address, isToKeep }) => {
      if (address !== null && isToKeep) await keep(address);
      if (link !== null) await send(link, address);
    },
  });
  if (accounts.length === 0) return <NoAccount />;
  return (
    <form className="grid gap-5" onSubmit={form.onSubmit} noValidate>
      <AccountChoices legend={t('buy.backTo')} accounts={accounts} chosen={link} choose={setLink} />
      <AddressChoice kept={kept} chosen={chosen} choose={choose} form={form} />
      <Signed offer={offer} terms={terms} />
      <ClockNote />
      <CommandNote command={command} />
      <ProblemNote error={form.error} />
      <div className="flex flex-wrap items-center gap-4">
        <Button
          type="submit"
          disabled={link === null || command.isWaiting}
          busy={command.isSending ? t('command.sending') : null}
        >
          {t('offer.buyFor', { price: money(terms.price, terms.currency, { isShort: true }) })}
        </Button>
        <button type="button" className="link" onClick={cancel}>
          {t('cancel')}
        </button>
      </div>
    </form>
  );
}

function NoAccount(): ReactNode {
  const { t } = useTranslation();
  return (
    <Notice meaning="held">
      <p className="font-semibold">{t('buy.noAccount')}</p>
      <p>
        <Link href="/accounts/new">{t('accounts.link')}</Link>
      </p>
    </Notice>
  );
}

interface Wish {
  /** Null: later. */
  readonly address: DeliveryAddress | null;
  readonly isToKeep: boolean;
}

function readWish(of: {
  readonly typed: (name: AddressName | 'keep') => string;
  readonly t: TFunction;
  readonly kept: readonly KeptAddress[];
  readonly chosen: string;
}): { readonly values: Wish } | { readonly faults: Faults<AddressName> } {
  if (of.chosen === LATER) return { values: { address: null, isToKeep: false } };
  const found = of.kept.find(({ id }) => id === of.chosen);
  if (found !== undefined) {
    const { recipient, text, phone } = found;
    return { values: { address: { recipient, text, phone }, isToKeep: false } };
  }
  const read = readAddress(of.typed, of.t);
  if ('faults' in read) return read;
  return { values: { address: read.values, isToKeep: of.typed('keep') !== '' } };
}

/** Keeps an address in the profile, once: from then on it is the chosen one. */
function useKeeping(choose: (id: string) => void) {
  const call = callOf(useSession().api);
  const client = useQueryClient();
  const [idempotencyKey] = useState(() => newId('key'));
  return async (body: DeliveryAddress): Promise<void> => {
    const { id } = await call('addAddress', { body }, { idempotencyKey });
    await client.invalidateQueries({ queryKey: ['listMyAddresses'] });
    choose(id);
  };
}

/** Signs and sends; the new deal's page opens when the deal is there. */
function useBuying(offerTerms: OfferTerms) {
  const session = useSession();
  const me = useMe();
  const command = useCommand('buy');
  const [, navigate] = useLocation();
  const send = async (link: string, address: DeliveryAddress | null): Promise<void> => {
    const deal = newIdOf('buy');
    const recipientCode = await session.recipientCode(deal);
    const { request } = buy({ offerTerms, buyer: me.id, link, recipientCode, boughtAt: session.now(), deal });
    const beside = address === null ? {} : { beside: { address } };
    await command.send({ request, ...beside }).catch(() => null); // what went wrong stands beside the button
  };
  const bought = command.operation?.status === 'done' ? command.operation.id : null;
  useEffect(() => {
    if (bought !== null) navigate(`/deals/${bought}/pay`);
  }, [bought, navigate]);
  return { command, send };
}

/** Taken from the terms themselves, whose hash is signed. */
function Signed({ offer, terms }: { readonly offer: OfferPage; readonly terms: OfferTerms }): ReactNode {
  const { t } = useTranslation();
  const { span } = useTexts();
  return (
    <div>
      <p className="legend">{t('buy.signing')}</p>
      <Facts
        of={[
          { name: t('buy.what'), value: offer.content.title },
          { name: t('terms.seller'), value: <Person who={offer.seller} /> },
          { name: t('terms.payTime'), value: t('terms.afterBuying', { span: span(terms.payTimeMs) }) },
          {
            name: t('terms.minimumPart'),
            value: <Amount of={terms.minimumPart} currency={terms.currency} />,
          },
          { name: t('terms.inspectionTime'), value: span(terms.inspectionTimeMs) },
          {
            name: t('buy.price'),
            value: <Amount of={terms.price} currency={terms.currency} />,
            isMain: true,
          },
        ]}
      />
      <p className="hint pt-2">{t('buy.nothingTakenYet')}</p>
    </div>
  );
}
