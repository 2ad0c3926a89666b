// A payment that is under way: the code that its bank waits for, then the wait for the bank's answer.
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DealPage, PaymentInfo } from '../../../gateway/protocol/api/deals.js';
import type { Authorisation } from '../../../gateway/protocol/api/payments.js';
import { MOVING_MS, useAnswer } from '../../app/answers.js';
import { useBankName, useMemberName, useSession } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { Button } from '../../components/button.js';
import { TimeLeft } from '../../components/deadline.js';
import { Bones } from '../../components/loaded.js';
import { Notice } from '../../components/notice.js';
import { ProblemNote } from '../../components/problem.js';
import { CodeForm } from './code-form.js';

interface OpenPaymentProps {
  readonly deal: DealPage;
  readonly payment: PaymentInfo;
  /** Begins another payment, for so many minor units more than are missing; null: one has begun already. */
  readonly another: ((freed: string) => void) | null;
}

export function OpenPayment(props: OpenPaymentProps): ReactNode {
  const { deal, payment } = props;
  const { t } = useTranslation();
  const { money } = useTexts();
  const bankName = useBankName();
  const { currency } = deal.money;
  const total = (BigInt(payment.amount) + BigInt(payment.fee)).toString();
  return (
    <section className="grid gap-4" aria-label={t('pay.openTitle')}>
      <h2>{t('pay.openFor', { total: money(total, currency), bank: bankName(payment.bank) })}</h2>
      <Confirming {...props} />
      <ReceiptNote payment={payment.id} />
    </section>
  );
}

/** What this device was given when the payment was sent from it. */
function ReceiptNote({ payment }: { readonly payment: string }): ReactNode {
  const { t } = useTranslation();
  const { exactInstant } = useTexts();
  const session = useSession();
  const memberName = useMemberName();
  const { data } = useQuery({ queryKey: ['receipt', payment], queryFn: () => session.receipt(payment) });
  if (data === null || data === undefined) return null;
  const { mspId, receivedAt } = data.body;
  return (
    <p className="hint">{t('pay.receipt', { member: memberName(mspId), at: exactInstant(receivedAt) })}</p>
  );
}

function Confirming(props: OpenPaymentProps): ReactNode {
  const { t } = useTranslation();
  const { deal, payment } = props;
  const path = { deal: deal.id, payment: payment.id };
  const authorisation = useAnswer('getAuthorisation', { path }, { everyMs: MOVING_MS });
  const { data, error } = authorisation;
  if (data === undefined) {
    return error === null ? <Bones lines={2} words={t('pay.askingCode')} /> : <ProblemNote error={error} />;
  }
  return <ByStatus {...props} authorisation={data} />;
}

interface ByStatusProps extends OpenPaymentProps {
  readonly authorisation: Authorisation;
}

function ByStatus({ deal, payment, authorisation, another }: ByStatusProps): ReactNode {
  const { t } = useTranslation();
  const bankName = useBankName();
  switch (authorisation.scaStatus) {
    case 'notSent':
      return (
        <Notice meaning="moving">
          <p className="font-semibold">{t('pay.codeComing', { bank: bankName(payment.bank) })}</p>
          <p>{t('pay.codeComingMore')}</p>
        </Notice>
      );
    case 'received':
      return <CodeForm deal={deal} payment={payment} authorisation={authorisation} />;
    case 'finalised':
      return (
        <>
          <Processing payment={payment} />
          {another !== null && deal.money.missing !== '0' && (
            <Button
              className="justify-self-start"
              onClick={() => {
                another('0');
              }}
            >
              {t('pay.another')}
            </Button>
          )}
        </>
      );
    case 'failed':
      return (
        <>
          <Notice meaning="trouble">
            <p className="font-semibold">{t('pay.codeFailed')}</p>
            <p>{t('pay.codeFailedMore')}</p>
          </Notice>
          {another !== null && (
            <Button
              className="justify-self-start"
              onClick={() => {
                another(payment.amount);
              }}
            >
              {t('pay.anew')}
            </Button>
          )}
        </>
      );
  }
}

function Processing({ payment }: { readonly payment: PaymentInfo }): ReactNode {
  const { t } = useTranslation();
  const bankName = useBankName();
  return (
    <Notice meaning="moving">
      <p className="font-semibold">{t('pay.processing')}</p>
      <p>{t('pay.processingMore', { bank: bankName(payment.bank) })}</p>
      {payment.answerBy !== null && (
        <p className="text-sm">
          {t('pay.answerTime')} <TimeLeft at={payment.answerBy} />
        </p>
      )}
    </Notice>
  );
}
