// The proposal to change the rules: what it changes, who has accepted it, when it takes effect. The marketplace
// withdraws it here; an administrator of another member accepts it by signing.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ParametersInfo, ParametersProposalInfo } from '../../../gateway/protocol/api/parameters.js';
import { acceptParameters, withdrawParameters } from '../../../gateway/sdk/commands/parameters.js';
import { useCommand } from '../../app/answers.js';
import { useGateway, useMemberName } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { Button } from '../../components/button.js';
import { CommandNote } from '../../components/command-note.js';
import { Facts } from '../../components/facts.js';
import { Section } from '../../components/page.js';
import { Badge, type Meaning } from '../../components/status.js';
import { RuleDifferences } from './rule-differences.js';

interface ProposalProps {
  readonly of: ParametersInfo;
  readonly proposal: ParametersProposalInfo;
  readonly isMarketplace: boolean;
}

const MEANINGS = {
  proposed: 'moving',
  accepted: 'held',
  applied: 'paid',
  withdrawn: 'returned',
} as const satisfies { readonly [S in ParametersProposalInfo['status']]: Meaning };

export function isOpen({ status }: ParametersProposalInfo): boolean {
  return status === 'proposed' || status === 'accepted';
}

export function Proposal({ of, proposal, isMarketplace }: ProposalProps): ReactNode {
  const { t } = useTranslation();
  const { number, status, settings } = proposal;
  return (
    <Section title={t('parameters.proposal.title', { number })}>
      <div className="-mt-2">
        <Badge meaning={MEANINGS[status]}>{t(`parameters.proposal.status.${status}`)}</Badge>
      </div>
      {isOpen(proposal) && <RuleDifferences before={of.settings} after={settings} />}
      <Voices of={of} proposal={proposal} />
      {isOpen(proposal) &&
        (isMarketplace ? <Withdrawal number={number} /> : <Acceptance proposal={proposal} />)}
    </Section>
  );
}

function Voices({ of, proposal }: Omit<ProposalProps, 'isMarketplace'>): ReactNode {
  const { t } = useTranslation();
  const { shortInstant, span, number: count } = useTexts();
  const memberName = useMemberName();
  const { voices, dueAt, proposedAt, status } = proposal;
  const given = voices.map(({ member, at }) => (
    <p key={member}>
      {memberName(member)}, {shortInstant(at)}
    </p>
  ));
  const wanted = t('parameters.proposal.wanted', { given: count(voices.length), needed: count(of.quorum) });
  const effect =
    dueAt === null
      ? t('parameters.proposal.afterwards', { span: span(of.settings.changeDelayMs) })
      : shortInstant(dueAt);
  return (
    <div className="card px-5 py-1">
      <Facts
        of={[
          { name: t('parameters.proposal.proposedAt'), value: shortInstant(proposedAt) },
          {
            name: t('parameters.proposal.accepted'),
            value: (
              <div className="grid gap-1">
                {given}
                {status === 'proposed' && <p className="hint">{wanted}</p>}
              </div>
            ),
          },
          ...(isOpen(proposal) ? [{ name: t('parameters.proposal.effect'), value: effect }] : []),
        ]}
      />
    </div>
  );
}

function Withdrawal({ number }: { readonly number: number }): ReactNode {
  const { t } = useTranslation();
  const command = useCommand('withdrawParameters');
  const send = () => command.send({ request: withdrawParameters({ number }) });
  return (
    <div className="grid justify-items-start gap-3">
      <CommandNote command={command} />
      <Button
        look="danger"
        busy={command.isSending ? t('command.sending') : null}
        onClick={() => void send().catch(() => undefined)}
      >
        {t('parameters.proposal.withdraw')}
      </Button>
    </div>
  );
}

function Acceptance({ proposal }: { readonly proposal: ParametersProposalInfo }): ReactNode {
  const { t } = useTranslation();
  const { consortium } = useGateway();
  const command = useCommand('acceptParameters');
  if (proposal.voices.some(({ member }) => member === consortium.mspId)) {
    return <p className="hint">{t('parameters.proposal.ours')}</p>;
  }
  const send = () => command.send({ request: acceptParameters(proposal) });
  return (
    <div className="grid justify-items-start gap-3">
      <p className="hint">{t('parameters.proposal.signing')}</p>
      <CommandNote command={command} />
      <Button
        busy={command.isSending ? t('command.sending') : null}
        onClick={() => void send().catch(() => undefined)}
      >
        {t('parameters.proposal.accept')}
      </Button>
    </div>
  );
}
