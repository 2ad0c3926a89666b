// What each member says of a receipt: one word for the whole, and each part below it.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReceiptCheck, SignedReceipt, Verdict } from '../../../gateway/protocol/api/receipts.js';
import { useMemberName } from '../../app/gateway.js';
import { saveJson } from '../../app/save-as-file.js';
import { useTexts } from '../../app/use-texts.js';
import { Button } from '../../components/button.js';
import { useProblemText } from '../../components/problem.js';
import { RowName } from '../../components/row-name.js';
import { Badge, type Meaning } from '../../components/status.js';
import { isCheck, type MemberAnswer } from './ask-members.js';

const MEANINGS = { fits: 'paid', differs: 'trouble', unknown: 'plain' } as const satisfies {
  readonly [V in Verdict]: Meaning;
};

interface MemberAnswersProps {
  readonly receipt: SignedReceipt;
  readonly answers: readonly MemberAnswer[];
}

export function MemberAnswers({ receipt, answers }: MemberAnswersProps): ReactNode {
  const { t } = useTranslation();
  const said = answers.flatMap(({ outcome }) => (isCheck(outcome) ? [outcome] : []));
  return (
    <>
      <ul className="grid gap-3">
        {answers.map((answer) => (
          <li key={answer.mspId} className="card grid gap-2 px-5 py-4">
            <Answer answer={answer} />
          </li>
        ))}
      </ul>
      {said.length > 0 && (
        <div>
          <Button
            look="plain"
            isSmall
            onClick={() => {
              saveJson(`answers-${receipt.receipt.deal}.json`, said);
            }}
          >
            {t('verify.save')}
          </Button>
        </div>
      )}
    </>
  );
}

function Answer({ answer: { mspId, outcome } }: { readonly answer: MemberAnswer }): ReactNode {
  const { t } = useTranslation();
  const memberName = useMemberName();
  const problem = useProblemText(outcome instanceof Error ? outcome : null);
  const head = <h3 className="font-semibold">{memberName(mspId)}</h3>;
  if (!isCheck(outcome)) {
    return (
      <>
        {head}
        <p className="text-quiet">{problem ?? t('verify.noAddress')}</p>
      </>
    );
  }
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2">
        {head}
        <VerdictBadge verdict={wholeOf(outcome.check)} />
      </div>
      <Parts check={outcome.check} />
    </>
  );
}

/** What differs counts before what is not known. */
function wholeOf({ signature, intents, rows }: ReceiptCheck): Verdict {
  const all = [signature, ...intents.map(({ verdict }) => verdict), ...rows.map(({ verdict }) => verdict)];
  if (all.includes('differs')) return 'differs';
  return all.includes('unknown') ? 'unknown' : 'fits';
}

function VerdictBadge({ verdict }: { readonly verdict: Verdict }): ReactNode {
  const { t } = useTranslation();
  return <Badge meaning={MEANINGS[verdict]}>{t(`verify.verdict.${verdict}`)}</Badge>;
}

function Parts({ check }: { readonly check: ReceiptCheck }): ReactNode {
  const { t } = useTranslation();
  const { exactInstant } = useTexts();
  const { at, block, signature, intents, rows } = check;
  return (
    <details className="text-sm" open={wholeOf(check) !== 'fits'}>
      <summary className="text-quiet">{t('verify.asOf', { block, at: exactInstant(at) })}</summary>
      <ul className="mt-2 grid gap-2">
        <Part name={t('verify.signature')} verdict={signature} />
        {intents.map(({ id, verdict }) => (
          <Part key={id} name={t('verify.command')} verdict={verdict} more={id} />
        ))}
        {rows.map(({ key, verdict, isNewest }) => (
          <Part
            key={key}
            name={<RowName of={key} />}
            verdict={verdict}
            more={verdict === 'fits' && !isNewest ? t('verify.changedSince') : key}
          />
        ))}
      </ul>
    </details>
  );
}

function Part(of: {
  readonly name: ReactNode;
  readonly verdict: Verdict;
  readonly more?: string;
}): ReactNode {
  return (
    <li className="flex items-start justify-between gap-4 border-t border-line pt-2">
      <span className="grid min-w-0">
        <span>{of.name}</span>
        {of.more !== undefined && <span className="code text-quiet">{of.more}</span>}
      </span>
      <VerdictBadge verdict={of.verdict} />
    </li>
  );
}
