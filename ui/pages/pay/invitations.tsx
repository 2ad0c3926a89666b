// The buyer lets somebody else pay a part: makes a link, sees who took which, takes back what is unused.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DealPage } from '../../../gateway/protocol/api/deals.js';
import type { InvitationInfo } from '../../../gateway/protocol/api/invitations.js';
import { invitePayer, withdrawInvitation } from '../../../gateway/sdk/commands/deals.js';
import { invitationFragment, makeInvitationKey } from '../../../gateway/sdk/invitation-link.js';
import { useCommand } from '../../app/answers.js';
import { useSession } from '../../app/gateway.js';
import { currencySign, readAmount, typedAmount } from '../../app/texts.js';
import { useTexts } from '../../app/use-texts.js';
import { Amount } from '../../components/amount.js';
import { Button } from '../../components/button.js';
import { CommandNote } from '../../components/command-note.js';
import { CopyButton } from '../../components/copy-button.js';
import { Deadline } from '../../components/deadline.js';
import { Field, Select } from '../../components/field.js';
import { Notice } from '../../components/notice.js';
import { Section } from '../../components/page.js';
import { Person } from '../../components/person.js';
import { Badge, type Meaning } from '../../components/status.js';
import { Table } from '../../components/table.js';
import { useForm } from '../../components/use-form.js';
import { useAmountFault } from './amount-fault.js';

interface DealProps {
  readonly deal: DealPage;
}

export function Invitations({ deal }: DealProps): ReactNode {
  const { t } = useTranslation();
  const { invitations, money } = deal;
  const canInvite = money.missing !== '0' && deal.next?.what !== 'close';
  if (!canInvite && invitations.length === 0) return null;
  return (
    <Section title={t('invite.title')}>
      {invitations.length > 0 && <Made deal={deal} />}
      {canInvite && <NewInvitation deal={deal} />}
    </Section>
  );
}

const MEANINGS = {
  open: 'moving',
  taken: 'held',
  withdrawn: 'returned',
  over: 'returned',
} as const satisfies { readonly [S in InvitationInfo['status']]: Meaning };

function Made({ deal }: DealProps): ReactNode {
  const { t } = useTranslation();
  const { currency } = deal.money;
  return (
    <Table
      caption={t('invite.made')}
      rows={deal.invitations}
      keyOf={({ id }) => id}
      columns={[
        {
          name: t('invite.who'),
          cell: ({ takenBy }) => (takenBy === null ? t('invite.nobodyYet') : <Person who={takenBy} />),
        },
        { name: t('invite.most'), isEnd: true, cell: ({ most }) => <Amount of={most} currency={currency} /> },
        { name: t('invite.until'), cell: ({ until }) => <Deadline at={until} /> },
        {
          name: t('invite.state'),
          cell: ({ status }) => <Badge meaning={MEANINGS[status]}>{t(`invite.status.${status}`)}</Badge>,
        },
        { name: t('invite.change'), cell: (one) => <Withdraw deal={deal.id} invitation={one} /> },
      ]}
    />
  );
}

function Withdraw(of: { readonly deal: string; readonly invitation: InvitationInfo }): ReactNode {
  const { t } = useTranslation();
  const command = useCommand('withdrawInvitation');
  const { deal } = of;
  const { id: invitation, status, isUnused } = of.invitation;
  if (status === 'withdrawn' || status === 'over' || !isUnused) return t('invite.nothingToChange');
  const send = (): void => {
    const request = withdrawInvitation({ deal, invitation });
    void command.send({ path: { deal, invitation }, request }).catch(() => null);
  };
  return (
    <>
      <Button
        look="plain"
        isSmall
        disabled={command.operation !== null}
        busy={command.isSending ? t('command.sending') : null}
        onClick={send}
      >
        {t('invite.withdraw')}
      </Button>
      <CommandNote command={command} />
    </>
  );
}

const MINUTE_MS = 60_000;
/** Beside the deadline itself, those that come before it. */
const SPANS = { quarter: 15 * MINUTE_MS, hour: 60 * MINUTE_MS, day: 24 * 60 * MINUTE_MS } as const;
const DEADLINE = 'deadline';

interface Wish {
  readonly most: string;
  readonly until: number;
}

/** The link of a new invitation is shown once: nobody keeps its key. */
function NewInvitation({ deal }: DealProps): ReactNode {
  const { t } = useTranslation();
  const { instant, language } = useTexts();
  const { currency, missing } = deal.money;
  const { payDeadline } = deal.terms;
  const { command, link, make, another } = useInviting(deal);
  const now = useSession().now();
  const faultIn = useAmountFault(deal);
  const form = useForm<'most' | 'until', Wish>({
    read: (typed) => {
      const fault = faultIn(typed('most'));
      const most = readAmount(typed('most'), currency);
      if (fault !== null || most === null) return { faults: { most: fault ?? '' } };
      const spanMs = Object.entries(SPANS).find(([name]) => name === typed('until'))?.[1];
      return { values: { most, until: spanMs === undefined ? payDeadline : now + spanMs } };
    },
    send: make,
  });
  if (link !== null) return <MadeLink link={link} another={another} />;
  const spans = Object.entries(SPANS).filter(([, spanMs]) => now + spanMs < payDeadline);
  return (
    <details className="card p-5 sm:p-6">
      <summary className="cursor-pointer font-semibold">{t('invite.begin')}</summary>
      <form className="grid gap-5 pt-4" onSubmit={form.onSubmit} noValidate>
        <p>{t('invite.about')}</p>
        <Field
          label={t('invite.mostLabel')}
          name="most"
          inputMode="decimal"
          autoComplete="off"
          unit={currencySign(currency, language)}
          defaultValue={typedAmount(missing, currency, language)}
          fault={form.faultOf('most')}
          className="amount"
        />
        <Select
          label={t('invite.untilLabel')}
          name="until"
          choices={[
            { value: DEADLINE, words: t('invite.untilDeadline', { at: instant(payDeadline) }) },
            ...spans.map(([name]) => ({ value: name, words: t(`invite.span.${name}`) })),
          ]}
        />
        <CommandNote command={command} />
        <Button
          type="submit"
          className="justify-self-stretch sm:justify-self-start"
          disabled={command.isWaiting}
          busy={command.isSending ? t('command.sending') : null}
        >
          {t('invite.make')}
        </Button>
      </form>
    </details>
  );
}

function useInviting(deal: DealPage) {
  const command = useCommand('invitePayer');
  const [made, setMade] = useState<string | null>(null);
  const make = async ({ most, until }: Wish): Promise<void> => {
    const { publicKey, seed } = await makeInvitationKey();
    const request = invitePayer(deal.terms, { invitationKey: publicKey, most, until });
    const fragment = invitationFragment({ invitation: request.id, seed });
    setMade(new URL(`/deals/${deal.id}/pay#${fragment}`, window.location.origin).href);
    // Each link is a purpose of its own: an earlier command would belong to another key.
    const purpose = `invitePayer ${request.id}`;
    await command.send({ path: { deal: deal.id }, request, purpose }).catch(() => null);
  };
  const another = (): void => {
    setMade(null);
    command.reset();
  };
  const link = command.operation?.status === 'done' ? made : null;
  return { command, make, another, link };
}

function MadeLink({ link, another }: { readonly link: string; readonly another: () => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="card grid gap-4 p-5 sm:p-6">
      <Notice meaning="paid">
        <p className="font-semibold">{t('invite.ready')}</p>
        <p>{t('invite.once')}</p>
      </Notice>
      <output className="code break-all">{link}</output>
      <div className="flex flex-wrap items-center gap-4">
        <CopyButton text={link} />
        <button type="button" className="link" onClick={another}>
          {t('invite.another')}
        </button>
      </div>
    </div>
  );
}
