// A new payment: the account and the amount, then exactly what will be signed.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { interbankFeeOf } from '../../../chaincode/protocol/fees.js';
import type { BankInfo } from '../../../gateway/protocol/api/consortium.js';
import type { DealPage } from '../../../gateway/protocol/api/deals.js';
import { useAnswer } from '../../app/answers.js';
import { currencySign, readAmount, typedAmount } from '../../app/texts.js';
import { useTexts } from '../../app/use-texts.js';
import { AccountChoices, useActiveAccounts } from '../../components/accounts.js';
import { Button } from '../../components/button.js';
import { Field } from '../../components/field.js';
import { Loaded } from '../../components/loaded.js';
import { Notice } from '../../components/notice.js';
import { useForm } from '../../components/use-form.js';
import { leastOf, useAmountFault } from './amount-fault.js';
import type { Draft } from './draft.js';
import { Review } from './review.js';

export function NewPayment({ deal }: { readonly deal: DealPage }): ReactNode {
  const { t } = useTranslation();
  if (deal.role === 'buyer') return <PayPart deal={deal} invitation={null} />;
  const own = deal.invitations.find(
    ({ isMine, status, left }) => isMine && status === 'taken' && left !== '0',
  );
  if (own === undefined) return <Notice meaning="moving">{t('pay.ownDone')}</Notice>;
  return <PayPart deal={limitedTo(deal, own.left)} invitation={own.id} />;
}

/** An invited payer pays what is missing, and no more than he was invited to. */
function limitedTo(deal: DealPage, most: string): DealPage {
  const { missing } = deal.money;
  return { ...deal, money: { ...deal.money, missing: BigInt(most) < BigInt(missing) ? most : missing } };
}

interface PartProps {
  readonly deal: DealPage;
  /** By which the person pays; null: he is the buyer. */
  readonly invitation: string | null;
}

function PayPart({ deal, invitation }: PartProps): ReactNode {
  const accounts = useAnswer('listMyAccounts', {});
  const banks = useAnswer('listBanks', {});
  const [draft, setDraft] = useState<Draft | null>(null);
  if (draft !== null) {
    return (
      <Review
        deal={deal}
        draft={draft}
        back={() => {
          setDraft(null);
        }}
      />
    );
  }
  return (
    <Loaded from={accounts} lines={3}>
      {() => (
        <Loaded from={banks}>
          {({ items }) => <Choose deal={deal} invitation={invitation} banks={items} done={setDraft} />}
        </Loaded>
      )}
    </Loaded>
  );
}

interface ChooseProps extends PartProps {
  readonly banks: readonly BankInfo[];
  readonly done: (draft: Draft) => void;
}

function Choose({ deal, invitation, banks, done }: ChooseProps): ReactNode {
  const { t } = useTranslation();
  const { language } = useTexts();
  const { currency, missing } = deal.money;
  const accounts = useActiveAccounts(currency);
  const [link, setLink] = useState<string | null>(accounts[0]?.link ?? null);
  const [typed, setTyped] = useState(() => typedAmount(missing, currency, language));
  const account = accounts.find((one) => one.link === link);
  const bank = banks.find(({ id }) => id === account?.bank);
  const faultIn = useAmountFault(deal);
  const form = useForm<'amount', Draft>({
    read: (read) => {
      const fault = faultIn(read('amount'));
      const amount = readAmount(read('amount'), currency);
      if (fault !== null || amount === null || account === undefined || bank === undefined) {
        return { faults: { amount: fault ?? t('pay.chooseAccount') } };
      }
      return { values: { account, bank, amount, invitation } };
    },
    send: (draft) => {
      done(draft);
      return Promise.resolve();
    },
  });
  if (accounts.length === 0) return <NoAccount />;
  return (
    <form className="grid gap-6" onSubmit={form.onSubmit} noValidate>
      <AccountChoices
        legend={t('pay.from')}
        accounts={accounts}
        chosen={link}
        choose={setLink}
        more={(one) => <FeeHint deal={deal} bank={banks.find(({ id }) => id === one.bank)} typed={typed} />}
      />
      <Field
        label={t('pay.amount')}
        hint={<AmountHint deal={deal} />}
        name="amount"
        inputMode="decimal"
        autoComplete="off"
        unit={currencySign(currency, language)}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
        }}
        fault={form.faultOf('amount')}
        className="amount text-lg"
      />
      <Button
        type="submit"
        className="justify-self-stretch sm:justify-self-start"
        disabled={bank?.tariff == null}
      >
        {t('pay.review')}
      </Button>
    </form>
  );
}

function NoAccount(): ReactNode {
  const { t } = useTranslation();
  return (
    <Notice meaning="held">
      <p className="font-semibold">{t('pay.noAccount')}</p>
      <p>
        <Link href="/accounts/new">{t('accounts.link')}</Link>
      </p>
    </Notice>
  );
}

function AmountHint({ deal }: { readonly deal: DealPage }): ReactNode {
  const { t } = useTranslation();
  const { money } = useTexts();
  const least = leastOf(deal);
  const { currency, missing } = deal.money;
  if (least === missing) return t('pay.amountWhole');
  return t('pay.amountPart', { least: money(least, currency, { isShort: true }) });
}

interface FeeHintProps {
  readonly deal: DealPage;
  readonly bank?: BankInfo | undefined;
  readonly typed: string;
}

/** By the bank's published tariff, before anything is chosen. */
function FeeHint({ deal, bank, typed }: FeeHintProps): ReactNode {
  const { t } = useTranslation();
  const { money } = useTexts();
  const { currency } = deal.money;
  if (bank?.tariff == null) return t('pay.bankNotReady');
  const amount = readAmount(typed, currency);
  if (amount === null) return null;
  const { sellerBank } = deal.terms.offerTerms;
  const fee = interbankFeeOf({ amount, payerBank: bank.id, sellerBank, tariff: bank.tariff });
  return fee === '0' ? t('pay.noFee') : t('pay.feeOnTop', { fee: money(fee, currency) });
}
