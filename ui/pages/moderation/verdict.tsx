// The whole offer and the moderator's signed verdict on this version of it; one that is approved or on sale already can
// only be taken off.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OfferPage } from '../../../gateway/protocol/api/offers.js';
import { moderationReasonHash } from '../../../gateway/protocol/offer-content.js';
import { moderateOffer } from '../../../gateway/sdk/commands/offers.js';
import { useAnswer, useCommand } from '../../app/answers.js';
import { useMemberName } from '../../app/gateway.js';
import { readPercent } from '../../app/percent.js';
import type { CommandInput } from '../../app/session.js';
import { useTexts } from '../../app/use-texts.js';
import { Amount } from '../../components/amount.js';
import { Button } from '../../components/button.js';
import { CommandNote } from '../../components/command-note.js';
import { Facts } from '../../components/facts.js';
import { Choices, Field, TextArea } from '../../components/field.js';
import { Loaded } from '../../components/loaded.js';
import { Notice } from '../../components/notice.js';
import { Person } from '../../components/person.js';
import { Picture } from '../../components/picture.js';
import { ProblemNote } from '../../components/problem.js';
import { useForm } from '../../components/use-form.js';

interface VerdictProps {
  readonly offer: string;
  readonly done: (words: string) => void;
}

export function Verdict({ offer, done }: VerdictProps): ReactNode {
  const { t } = useTranslation();
  const found = useAnswer('getOffer', { path: { offer } });
  return (
    <Loaded from={found}>
      {(page) => (
        <>
          <Content offer={page} />
          {page.status === 'rejected' ? (
            <Notice>{t('moderation.isRejected')}</Notice>
          ) : (
            <VerdictForm offer={page} done={done} />
          )}
        </>
      )}
    </Loaded>
  );
}

function Content({ offer }: { readonly offer: OfferPage }): ReactNode {
  const { t } = useTranslation();
  const { span } = useTexts();
  const memberName = useMemberName();
  const { content } = offer;
  return (
    <div className="grid gap-3">
      <h3 className="text-lg">{content.title}</h3>
      {content.pictures.length > 0 && (
        <div className="grid grid-cols-3 gap-2">
          {content.pictures.map((hash) => (
            <Picture key={hash} hash={hash} title={content.title} className="aspect-square rounded-md" />
          ))}
        </div>
      )}
      <p className="text-sm whitespace-pre-line">{content.description}</p>
      <Facts
        of={[
          { name: t('terms.seller'), value: <Person who={offer.seller} /> },
          { name: t('buy.price'), value: <Amount of={offer.price} currency={offer.currency} /> },
          { name: t('moderation.stock'), value: offer.total },
          { name: t('terms.courier'), value: memberName(offer.courier) },
          { name: t('terms.payTime'), value: span(offer.payTimeMs) },
          { name: t('terms.shipTime'), value: span(offer.shipTimeMs) },
          { name: t('terms.deliverTime'), value: span(offer.deliverTimeMs) },
          { name: t('terms.inspectionTime'), value: span(offer.inspectionTimeMs) },
        ]}
      />
    </div>
  );
}

type Decision = { readonly commissionBasisPoints: number | null } | { readonly reason: string };

type Choice = 'approve' | 'reject';

const WORDS_OF_VERDICT = {
  approve: { sign: 'moderation.signApproval', done: 'moderation.approved' },
  reject: { sign: 'moderation.signRejection', done: 'moderation.rejected' },
} as const;
const WORDS_OF_TAKING_OFF = {
  ...WORDS_OF_VERDICT,
  reject: { sign: 'moderation.signTakingOff', done: 'moderation.takenOff' },
} as const;

function VerdictForm({
  offer,
  done,
}: {
  readonly offer: OfferPage;
  readonly done: VerdictProps['done'];
}): ReactNode {
  const { t } = useTranslation();
  const isWaiting = offer.status === 'draft';
  const words = isWaiting ? WORDS_OF_VERDICT : WORDS_OF_TAKING_OFF;
  const [wanted, setChoice] = useState<Choice>('approve');
  const choice = isWaiting ? wanted : 'reject';
  const command = useCommand('moderateOffer');
  const form = useForm<'commission' | 'reason', Decision>({
    read: (typed) => {
      if (choice === 'reject') {
        const reason = typed('reason');
        return reason === '' ? { faults: { reason: t('moderation.reasonNeeded') } } : { values: { reason } };
      }
      const text = typed('commission');
      // Nothing typed: the usual commission.
      if (text === '') return { values: { commissionBasisPoints: null } };
      const commissionBasisPoints = readPercent(text);
      if (commissionBasisPoints === null) return { faults: { commission: t('moderation.commissionFault') } };
      return { values: { commissionBasisPoints } };
    },
    send: async (decision) => {
      await command.send(signedVerdict(offer, decision));
      done(t(words[choice].done, { title: offer.content.title }));
    },
  });
  return (
    <form className="grid gap-5 border-t border-line pt-5" onSubmit={form.onSubmit} noValidate>
      {isWaiting ? (
        <VerdictChoice choice={choice} choose={setChoice} />
      ) : (
        <div className="grid gap-2">
          <h3 className="text-lg">{t('moderation.takeOff')}</h3>
          <p>{t('moderation.takeOffMore')}</p>
        </div>
      )}
      {choice === 'approve' ? (
        <Field
          label={t('moderation.commission')}
          hint={t('moderation.commissionHint')}
          name="commission"
          inputMode="decimal"
          unit="%"
          fault={form.faultOf('commission')}
          className="amount"
        />
      ) : (
        <TextArea
          label={t('moderation.reason')}
          hint={t('moderation.reasonHint')}
          name="reason"
          maxLength={2_000}
          fault={form.faultOf('reason')}
        />
      )}
      {command.error === null ? <ProblemNote error={form.error} /> : <CommandNote command={command} />}
      <Button
        type="submit"
        look={choice === 'approve' ? 'main' : 'danger'}
        busy={form.isSending ? t('command.sending') : null}
      >
        {t(words[choice].sign)}
      </Button>
    </form>
  );
}

function VerdictChoice({
  choice,
  choose,
}: {
  readonly choice: Choice;
  readonly choose: (choice: Choice) => void;
}): ReactNode {
  const { t } = useTranslation();
  return (
    <Choices
      legend={t('moderation.verdict')}
      name="verdict"
      chosen={choice}
      choose={choose}
      choices={[
        { value: 'approve', words: t('moderation.approve'), more: t('moderation.approveMore') },
        { value: 'reject', words: t('moderation.reject'), more: t('moderation.rejectMore') },
      ]}
    />
  );
}

function signedVerdict({ id, version }: OfferPage, decision: Decision): CommandInput {
  const isRejection = 'reason' in decision;
  const verdict = isRejection ? { reasonHash: moderationReasonHash(decision.reason) } : decision;
  return {
    path: { offer: id },
    request: moderateOffer({ offer: id, version }, verdict),
    beside: { reason: isRejection ? decision.reason : null },
  };
}
