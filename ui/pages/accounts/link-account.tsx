// Linking an account: the bank and the number, then the code that the bank sends to the account's holder. The
// number is sealed here for the bank alone and kept in this page only.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { isAccountNumber } from '../../../chaincode/protocol/account-number.js';
import type { LinkedAccountInfo } from '../../../gateway/protocol/api/accounts.js';
import type { BankInfo } from '../../../gateway/protocol/api/consortium.js';
import { askLink } from '../../../gateway/sdk/commands/accounts.js';
import { callOf, useAnswer, useCommand } from '../../app/answers.js';
import { askLinkCode } from '../../app/authorise.js';
import { useSession } from '../../app/gateway.js';
import type { PageProps } from '../../app/page-props.js';
import { Button } from '../../components/button.js';
import { CommandNote } from '../../components/command-note.js';
import { Field, Select } from '../../components/field.js';
import { Loaded } from '../../components/loaded.js';
import { Notice } from '../../components/notice.js';
import { Page } from '../../components/page.js';
import { ProblemNote } from '../../components/problem.js';
import { useForm } from '../../components/use-form.js';
import type { AskedLink } from './asked-link.js';
import { LinkCode } from './link-code.js';

const CURRENCY = 'RUB';
const LABEL_AT_MOST = 60;

/** `id`: of a link that was asked for earlier and not confirmed; the account is named again. */
export function LinkAccount({ id }: PageProps): ReactNode {
  const { t } = useTranslation();
  const banks = useAnswer('listBanks', {});
  const accounts = useAnswer('listMyAccounts', {});
  const [asked, setAsked] = useState<AskedLink | null>(null);
  const [isDone, setDone] = useState(false);
  return (
    <Page title={t('link.title')} up={{ to: '/accounts', words: t('nav.accounts') }}>
      {isDone ? (
        <Notice meaning="paid">
          <p className="font-semibold">{t('link.done')}</p>
          <p>
            <Link href="/accounts">{t('link.toAccounts')}</Link>
          </p>
        </Notice>
      ) : asked === null ? (
        <Loaded from={banks}>
          {({ items }) => (
            <Loaded from={accounts}>
              {(linked) => (
                <AskForm
                  banks={items}
                  earlier={linked.items.find(({ link }) => link === id) ?? null}
                  done={setAsked}
                />
              )}
            </Loaded>
          )}
        </Loaded>
      ) : (
        <LinkCode
          asked={asked}
          back={() => {
            setAsked(null);
          }}
          done={() => {
            setDone(true);
          }}
        />
      )}
    </Page>
  );
}

interface AskFormProps {
  readonly banks: readonly BankInfo[];
  /** Asked for before and not confirmed; null: a new link. */
  readonly earlier: LinkedAccountInfo | null;
  readonly done: (asked: AskedLink) => void;
}

interface Typed {
  readonly bank: BankInfo;
  readonly account: string;
  readonly label: string;
}

function AskForm({ banks, earlier, done }: AskFormProps): ReactNode {
  const { t } = useTranslation();
  const ready = banks.filter(
    ({ id, sealingKey }) => sealingKey !== null && (earlier === null || earlier.bank === id),
  );
  const { ask, command } = useAsking(earlier);
  const form = useForm<'bank' | 'account' | 'label', Typed>({
    read: (typed) =>
      readTyped((name) => (name === 'label' ? (earlier?.label ?? typed(name)) : typed(name)), ready, t),
    send: async (typed) => {
      done(await ask(typed));
    },
  });
  if (ready.length === 0) return <Notice meaning="held">{t('link.noBank')}</Notice>;
  return (
    <form className="grid gap-5" onSubmit={form.onSubmit} noValidate>
      <p>{t('link.about')}</p>
      <Select
        label={t('link.bank')}
        name="bank"
        choices={ready.map(({ id, name }) => ({ value: id, words: name }))}
      />
      <Field
        label={t('link.account')}
        hint={t('link.accountHint')}
        name="account"
        inputMode="numeric"
        autoComplete="off"
        fault={form.faultOf('account')}
        className="amount"
      />
      {earlier === null && (
        <Field
          label={t('link.label')}
          hint={t('link.labelHint')}
          name="label"
          maxLength={LABEL_AT_MOST}
          autoComplete="off"
          fault={form.faultOf('label')}
        />
      )}
      {command.error === null ? <ProblemNote error={form.error} /> : <CommandNote command={command} />}
      <Button type="submit" className="justify-self-start" busy={form.isSending ? t('link.asking') : null}>
        {t('link.ask')}
      </Button>
    </form>
  );
}

type Translate = (key: string) => string;

function readTyped(
  typed: (name: 'bank' | 'account' | 'label') => string,
  banks: readonly BankInfo[],
  t: Translate,
) {
  const account = typed('account').replace(/[\s-]/g, '');
  const label = typed('label');
  const bank = banks.find(({ id }) => id === typed('bank'));
  if (bank === undefined) return { faults: { bank: t('link.fault.bank') } };
  if (!isAccountNumber(account)) return { faults: { account: t('link.fault.account') } };
  if (!account.startsWith(bank.id)) return { faults: { account: t('link.fault.otherBank') } };
  if (label === '') return { faults: { label: t('link.fault.label') } };
  return { values: { bank, account, label } };
}

/** Asks for the link on the ledger, unless it was asked for, and has the bank send its code. */
function useAsking(earlier: LinkedAccountInfo | null) {
  const session = useSession();
  const command = useCommand('askLink');
  const ask = async ({ bank, account, label }: Typed): Promise<AskedLink> => {
    const link = earlier?.link ?? (await askOnLedger({ bank, account, label }));
    const authorisation = await askLinkCode(session, { bank, link, account });
    return { link, bank, account, authorisation };
  };
  const askOnLedger = async ({ bank, account, label }: Typed): Promise<string> => {
    const publicKey = session.signer?.publicKey ?? '';
    const request = askLink({ bank: bank.id, currency: CURRENCY, publicKey });
    const lastFour = account.slice(-4);
    const operation = await command.send({ request, beside: { label, lastFour } });
    await untilDone(
      () => callOf(session.api)('getOperation', { path: { operation: operation.id } }),
      operation,
    );
    return request.id;
  };
  return { ask, command };
}

const AGAIN_MS = 1_000;
const MOST_LOOKS = 120;

/** The bank can send a code only for a link that it finds on the ledger. */
async function untilDone<O extends { readonly status: string }>(
  ask: () => Promise<O>,
  first: O,
): Promise<void> {
  let now = first;
  for (let looks = 0; now.status !== 'done'; looks += 1) {
    if (now.status === 'refused' || looks === MOST_LOOKS) throw new Error(`the link is ${now.status}`);
    now = await ask();
    if (now.status !== 'done') await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}
