// Members of the consortium as the ledger has them: banks with what they have published, couriers, the marketplace; its
// administrators register banks here.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MemberInfo } from '../../../gateway/protocol/api/members.js';
import { useAnswer } from '../../app/answers.js';
import { useGateway } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { Loaded } from '../../components/loaded.js';
import { Panel } from '../../components/panel.js';
import { Badge } from '../../components/status.js';
import { Table } from '../../components/table.js';
import { RegisterBank } from './register-bank.js';

export function Members(): ReactNode {
  const { t } = useTranslation();
  const members = useAnswer('listMembers', {});
  const { consortium } = useGateway();
  const isMarketplace = consortium.members.some(
    ({ mspId, kind }) => mspId === consortium.mspId && kind === 'marketplace',
  );
  const [owner, setOwner] = useState<string | null>(null);
  const close = (): void => {
    setOwner(null);
  };
  return (
    <div className="grid min-w-0 gap-4">
      <p className="hint">{t('members.about')}</p>
      <Loaded from={members}>
        {({ items }) => <MemberTable members={items} register={isMarketplace ? setOwner : null} />}
      </Loaded>
      {owner !== null && (
        <Panel title={t('registerBank.title')} close={close}>
          <RegisterBank owner={owner} done={close} />
        </Panel>
      )}
    </div>
  );
}

interface MemberTableProps {
  readonly members: readonly MemberInfo[];
  /** Begins to register the bank that this member runs, one for a gateway; null: not here. */
  readonly register: ((mspId: string) => void) | null;
}

function MemberTable({ members, register }: MemberTableProps): ReactNode {
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
        { name: t('members.banks'), cell: (member) => <Banks member={member} register={register} /> },
        {
          name: t('members.address'),
          cell: ({ web }) => (web === null ? '—' : <span className="code">{web}</span>),
        },
      ]}
    />
  );
}

function Banks({
  member,
  register,
}: Pick<MemberTableProps, 'register'> & { readonly member: MemberInfo }): ReactNode {
  const { t } = useTranslation();
  if (member.kind !== 'bank') return '—';
  return (
    <span className="grid justify-items-start gap-2">
      <Registered banks={member.banks} />
      {register !== null && member.banks.length === 0 && (
        <button
          type="button"
          className="link"
          onClick={() => {
            register(member.mspId);
          }}
        >
          {t('members.register')}
          <span className="sr-only"> {member.name ?? member.mspId}</span>
        </button>
      )}
    </span>
  );
}

function Registered({ banks }: Pick<MemberInfo, 'banks'>): ReactNode {
  const { t } = useTranslation();
  const { shortInstant } = useTexts();
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
