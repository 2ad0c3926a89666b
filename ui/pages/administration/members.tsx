// Members of the consortium as the ledger has them: banks with what they have published, couriers, the marketplace.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MemberInfo } from '../../../gateway/protocol/api/members.js';
import { useAnswer } from '../../app/answers.js';
import { useTexts } from '../../app/use-texts.js';
import { Loaded } from '../../components/loaded.js';
import { Badge } from '../../components/status.js';
import { Table } from '../../components/table.js';

export function Members(): ReactNode {
  const { t } = useTranslation();
  const members = useAnswer('listMembers', {});
  return (
    <div className="grid min-w-0 gap-4">
      <p className="hint">{t('members.about')}</p>
      <Loaded from={members}>{({ items }) => <MemberTable members={items} />}</Loaded>
    </div>
  );
}

function MemberTable({ members }: { readonly members: readonly MemberInfo[] }): ReactNode {
  const { t } = useTranslation();
  const { number } = useTexts();
  return (
    <Table
      caption={t('administration.part.members')}
      rows={members}
      keyOf={({ mspId }) => mspId}
      columns={[
        {
          name: t('members.name'),
          cell: ({ name, mspId }) => <span className="font-semibold">{name ?? mspId}</span>,
        },
        { name: t('members.kind'), cell: ({ kind }) => t(`members.kinds.${kind}`) },
        { name: t('members.msp'), cell: ({ mspId }) => <span className="code">{mspId}</span> },
        { name: t('members.people'), isEnd: true, cell: ({ people }) => number(people) },
        { name: t('members.banks'), cell: (member) => <Banks member={member} /> },
        {
          name: t('members.address'),
          cell: ({ web }) => (web === null ? '—' : <span className="code">{web}</span>),
        },
      ]}
    />
  );
}

function Banks({ member: { kind, banks } }: { readonly member: MemberInfo }): ReactNode {
  const { t } = useTranslation();
  const { shortInstant } = useTexts();
  if (kind !== 'bank') return '—';
  if (banks.length === 0) return <Badge meaning="plain">{t('members.notRegistered')}</Badge>;
  return banks.map(({ id, name, bic, isPublished, tariffSince }) => (
    <span key={id} className="grid gap-1">
      <span>
        {id} · {name} · {bic}
      </span>
      {isPublished && tariffSince !== null ? (
        <span className="text-quiet">{t('members.tariffSince', { at: shortInstant(tariffSince) })}</span>
      ) : (
        <Badge meaning="plain">{t('tariffs.notReady')}</Badge>
      )}
    </span>
  ));
}
