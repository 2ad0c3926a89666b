// Putting an offer up, or a new version of one: what, for how much, how many, how long each step may take.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { OfferPage } from '../../../gateway/protocol/api/offers.js';
import { offerContentHash } from '../../../gateway/protocol/offer-content.js';
import { draftOffer, editOffer } from '../../../gateway/sdk/commands/offers.js';
import { useAnswer, useCommand } from '../../app/answers.js';
import { useGateway } from '../../app/gateway.js';
import type { PageProps } from '../../app/page-props.js';
import { currencySign, typedAmount } from '../../app/texts.js';
import { useTexts } from '../../app/use-texts.js';
import { Button } from '../../components/button.js';
import { CommandNote } from '../../components/command-note.js';
import { Field, Select, TextArea } from '../../components/field.js';
import { Loaded } from '../../components/loaded.js';
import { Notice } from '../../components/notice.js';
import { Page, Section } from '../../components/page.js';
import { ProblemNote } from '../../components/problem.js';
import { type Form, useForm } from '../../components/use-form.js';
import { type OfferDraft, type OfferField, readOffer, SPANS, spanIn, USUAL_SPANS } from './offer-form.js';
import { Pictures } from './pictures.js';
import { SpanField } from './span-field.js';

const CURRENCY = 'RUB';

/** `id`: of the offer that is edited; '': a new one. */
export function Sell({ id }: PageProps): ReactNode {
  const { t } = useTranslation();
  const offer = useAnswer('getOffer', { path: { offer: id } }, { enabled: id !== '' });
  const up = { to: '/selling', words: t('nav.offers') };
  if (id === '') {
    return (
      <Page title={t('sell.title')} up={up}>
        <SellForm offer={null} />
      </Page>
    );
  }
  return (
    <Page title={t('sell.editTitle')} up={up}>
      <Loaded from={offer}>{(found) => <SellForm offer={found} />}</Loaded>
    </Page>
  );
}

function SellForm({ offer }: { readonly offer: OfferPage | null }): ReactNode {
  const { t } = useTranslation();
  const [pictures, setPictures] = useState<readonly string[]>(offer?.content.pictures ?? []);
  const { command, send } = useSending(offer, pictures);
  const form = useForm<OfferField, OfferDraft>({
    read: (typed) => readOffer(typed, offer?.currency ?? CURRENCY, (fault) => t(`sell.fault.${fault}`)),
    send,
  });
  return (
    <form className="grid gap-8" onSubmit={form.onSubmit} noValidate>
      {offer?.status === 'listed' && <Notice meaning="held">{t('sell.editListed')}</Notice>}
      {offer?.reason != null && (
        <Notice meaning="trouble">{t('offer.reason', { reason: offer.reason })}</Notice>
      )}
      <Goods offer={offer} form={form}>
        <Pictures hashes={pictures} change={setPictures} />
      </Goods>
      <Times offer={offer} form={form} />
      <div className="grid gap-4">
        {command.error === null ? <ProblemNote error={form.error} /> : <CommandNote command={command} />}
        {command.isWaiting && <CommandNote command={command} />}
        <Button
          type="submit"
          className="justify-self-stretch sm:justify-self-start"
          disabled={command.isWaiting}
          busy={form.isSending ? t('command.sending') : null}
        >
          {t('sell.send')}
        </Button>
        <p className="hint">{t('sell.sendMore')}</p>
      </div>
    </form>
  );
}

interface PartProps {
  readonly offer: OfferPage | null;
  readonly form: Form<OfferField>;
}

function Goods({ offer, form, children }: PartProps & { readonly children: ReactNode }): ReactNode {
  const { t } = useTranslation();
  const { language } = useTexts();
  const currency = offer?.currency ?? CURRENCY;
  return (
    <Section title={t('sell.goods')}>
      <div className="grid gap-5">
        <Field
          label={t('sell.name')}
          name="title"
          maxLength={120}
          defaultValue={offer?.content.title}
          fault={form.faultOf('title')}
        />
        <TextArea
          label={t('sell.description')}
          hint={t('sell.descriptionHint')}
          name="description"
          maxLength={8_000}
          defaultValue={offer?.content.description}
        />
        {children}
        <div className="grid gap-5 sm:grid-cols-2">
          <Field
            label={t('sell.price')}
            name="price"
            inputMode="decimal"
            unit={currencySign(currency, language)}
            defaultValue={offer === null ? undefined : typedAmount(offer.price, currency, language)}
            fault={form.faultOf('price')}
            className="amount"
          />
          <Field
            label={t('sell.stock')}
            name="stock"
            inputMode="numeric"
            defaultValue={offer?.total ?? 1}
            fault={form.faultOf('stock')}
            className="amount"
          />
        </div>
      </div>
    </Section>
  );
}

function Times({ offer, form }: PartProps): ReactNode {
  const { t } = useTranslation();
  const { consortium } = useGateway();
  const couriers = consortium.members.filter(({ kind }) => kind === 'courier');
  return (
    <Section title={t('sell.times')}>
      <div className="grid gap-5">
        <Select
          label={t('sell.courier')}
          name="courier"
          defaultValue={offer?.courier}
          choices={couriers.map(({ mspId, name }) => ({ value: mspId, words: name }))}
        />
        <div className="grid gap-5 sm:grid-cols-2">
          {SPANS.map((name) => (
            <SpanField
              key={name}
              name={name}
              usual={spanIn(offer?.[name] ?? USUAL_SPANS[name])}
              fault={form.faultOf(name)}
            />
          ))}
        </div>
      </div>
    </Section>
  );
}

function useSending(offer: OfferPage | null, pictures: readonly string[]) {
  const draft = useCommand('draftOffer');
  const edit = useCommand('editOffer');
  const [, navigate] = useLocation();
  const send = async ({ content: { title, description }, ...rest }: OfferDraft): Promise<void> => {
    const content = { title, description, pictures: [...pictures] };
    const signed = { ...rest, contentHash: offerContentHash(content) };
    const beside = { content };
    if (offer === null) {
      await draft.send({ request: draftOffer(signed), beside });
    } else {
      await edit.send({ path: { offer: offer.id }, request: editOffer(offer.id, signed), beside });
    }
    navigate('/selling');
  };
  return { command: offer === null ? draft : edit, send };
}
