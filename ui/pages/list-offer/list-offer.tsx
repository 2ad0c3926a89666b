// Listing an approved offer: the seller sees what he will receive, and signs the terms as a whole.
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { sharesHash } from '../../../chaincode/protocol/shares.js';
import type { Listing, OfferPage } from '../../../gateway/protocol/api/offers.js';
import { listOffer } from '../../../gateway/sdk/commands/offers.js';
import { useAnswer, useCommand } from '../../app/answers.js';
import type { PageProps } from '../../app/page-props.js';
import { useTexts } from '../../app/use-texts.js';
import { AccountChoices, useActiveAccounts } from '../../components/accounts.js';
import { Amount } from '../../components/amount.js';
import { Button } from '../../components/button.js';
import { CommandNote } from '../../components/command-note.js';
import { Facts } from '../../components/facts.js';
import { Loaded } from '../../components/loaded.js';
import { Notice } from '../../components/notice.js';
import { Page } from '../../components/page.js';

export function ListOffer({ id }: PageProps): ReactNode {
  const { t } = useTranslation();
  const offer = useAnswer('getOffer', { path: { offer: id } });
  const accounts = useAnswer('listMyAccounts', {});
  return (
    <Page title={t('list.title')} up={{ to: '/selling', words: t('nav.offers') }}>
      <Loaded from={offer}>
        {(found) => <Loaded from={accounts}>{() => <WhereTo offer={found} />}</Loaded>}
      </Loaded>
    </Page>
  );
}

function WhereTo({ offer }: { readonly offer: OfferPage }): ReactNode {
  const { t } = useTranslation();
  const accounts = useActiveAccounts(offer.currency);
  const [chosen, setChosen] = useState<string | null>(null);
  const link = chosen ?? accounts[0]?.link ?? null;
  if (link === null) {
    return (
      <Notice meaning="held">
        <p className="font-semibold">{t('list.noAccount')}</p>
        <p>
          <Link href="/accounts/new">{t('accounts.link')}</Link>
        </p>
      </Notice>
    );
  }
  return (
    <>
      <AccountChoices legend={t('list.account')} accounts={accounts} chosen={link} choose={setChosen} />
      <Terms key={link} offer={offer} link={link} />
    </>
  );
}

function Terms({ offer, link }: { readonly offer: OfferPage; readonly link: string }): ReactNode {
  const listing = useAnswer('getListing', { path: { offer: offer.id }, query: { link } });
  return <Loaded from={listing}>{(found) => <Signing offer={offer} listing={found} link={link} />}</Loaded>;
}

interface SigningProps {
  readonly offer: OfferPage;
  readonly listing: Listing;
  readonly link: string;
}

/** The terms are the ones that were shown: offer, price, account and share, whose hash is made anew here. */
function isAsShown({ offer, listing, link }: SigningProps): boolean {
  const { terms, net, sharesNonce: nonce } = listing;
  const isOffer = terms.offer === offer.id && terms.offerVersion === offer.version;
  const isMoney =
    terms.price === offer.price && terms.currency === offer.currency && terms.sellerLink === link;
  const shares = { offer: offer.id, offerVersion: offer.version, net, nonce };
  return isOffer && isMoney && sharesHash(shares) === terms.sharesHash;
}

function Signing(props: SigningProps): ReactNode {
  const { t } = useTranslation();
  const { span } = useTexts();
  const { offer, listing } = props;
  const command = useCommand('listOffer');
  const [, navigate] = useLocation();
  const isDone = command.operation?.status === 'done';
  useEffect(() => {
    if (isDone) navigate('/selling');
  }, [isDone, navigate]);
  if (!isAsShown(props)) return <Notice meaning="trouble">{t('list.differs')}</Notice>;
  const { terms, net } = listing;
  return (
    <section className="grid gap-5">
      <div className="card px-5 py-1 sm:px-6">
        <Facts
          of={[
            { name: t('buy.what'), value: offer.content.title },
            { name: t('terms.payTime'), value: t('terms.afterBuying', { span: span(terms.payTimeMs) }) },
            { name: t('terms.shipTime'), value: t('terms.afterPaying', { span: span(terms.shipTimeMs) }) },
            { name: t('terms.inspectionTime'), value: span(terms.inspectionTimeMs) },
          ]}
        />
        <div className="border-t border-line">
          <Facts
            areSums
            of={[
              { name: t('buy.price'), value: <Amount of={terms.price} currency={terms.currency} /> },
              { name: t('list.net'), value: <Amount of={net} currency={terms.currency} />, isMain: true },
            ]}
          />
        </div>
      </div>
      <CommandNote command={command} />
      <Button
        className="justify-self-stretch sm:justify-self-start"
        disabled={command.operation !== null}
        busy={command.isSending ? t('command.sending') : null}
        onClick={() =>
          void command.send({ path: { offer: offer.id }, request: listOffer(terms, net) }).catch(() => null)
        }
      >
        {t('list.sign')}
      </Button>
      <p className="hint">{t('list.signMore')}</p>
    </section>
  );
}
