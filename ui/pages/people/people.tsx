// People of this organisation: log-ins are made here, and keys confirmed with their roles.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'wouter';
import type { PersonInfo } from '../../../gateway/protocol/api/people.js';
import { useAnswer } from '../../app/answers.js';
import { useGateway } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { Button } from '../../components/button.js';
import { Face } from '../../components/face.js';
import { Loaded } from '../../components/loaded.js';
import { Empty, Page } from '../../components/page.js';
import { Panel } from '../../components/panel.js';
import { Badge } from '../../components/status.js';
import { Table } from '../../components/table.js';
import { ConfirmKey } from './confirm-key.js';
import { NewPerson } from './new-person.js';
import { ResetPassword } from './reset-password.js';

const EVERY_MS = 15_000;

export function People(): ReactNode {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const words = search.get('words') ?? '';
  const query = { limit: 100, ...(words === '' ? {} : { words }) };
  const people = useAnswer('listPeople', { query }, { everyMs: EVERY_MS });
  const [shown, setShown] = useState<Shown>(null);
  const close = (): void => {
    setShown(null);
  };
  const toMake = (
    <Button
      onClick={() => {
        setShown('new');
      }}
    >
      {t('people.make')}
    </Button>
  );
  return (
    <Page title={t('people.title')} beside={toMake} isWide>
      <input
        className="input max-w-sm"
        type="search"
        aria-label={t('people.search')}
        placeholder={t('people.search')}
        defaultValue={words}
        onChange={(event) => {
          setSearch(event.target.value === '' ? {} : { words: event.target.value }, { replace: true });
        }}
      />
      <Loaded from={people}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t('people.empty')} />
          ) : (
            <PeopleTable people={items} show={setShown} />
          )
        }
      </Loaded>
      <Panels shown={shown} close={close} />
    </Page>
  );
}

/** What stands at the side. */
type Shown = 'new' | { readonly confirm: PersonInfo } | { readonly reset: PersonInfo } | null;

function Panels({ shown, close }: { readonly shown: Shown; readonly close: () => void }): ReactNode {
  const { t } = useTranslation();
  if (shown === null) return null;
  if (shown === 'new') {
    return (
      <Panel title={t('people.make')} close={close}>
        <NewPerson />
      </Panel>
    );
  }
  if ('confirm' in shown) {
    return (
      <Panel title={t('people.confirmTitle')} close={close}>
        <ConfirmKey person={shown.confirm} done={close} />
      </Panel>
    );
  }
  return (
    <Panel title={t('people.resetTitle')} close={close}>
      <ResetPassword person={shown.reset} />
    </Panel>
  );
}

interface PeopleTableProps {
  readonly people: readonly PersonInfo[];
  readonly show: (shown: Shown) => void;
}

function PeopleTable({ people, show }: PeopleTableProps): ReactNode {
  const { t } = useTranslation();
  const { shortInstant } = useTexts();
  const rolesOf = ({ roles, intendedRoles }: PersonInfo): string =>
    (roles.length > 0 ? roles : intendedRoles).map((role) => t(`people.role.${role}`)).join(', ');
  return (
    <Table
      caption={t('people.title')}
      rows={people}
      keyOf={({ id }) => id}
      columns={[
        { name: t('people.name'), cell: (person) => <Name of={person} /> },
        { name: t('people.login'), cell: ({ login }) => login },
        { name: t('people.roles'), cell: rolesOf },
        {
          name: t('people.since'),
          cell: ({ createdAt, isSelfRegistered }) => (
            <span className="grid">
              {shortInstant(createdAt)}
              {isSelfRegistered && <span className="hint">{t('people.selfRegistered')}</span>}
            </span>
          ),
        },
        { name: t('people.key'), cell: (person) => <KeyState person={person} show={show} /> },
        {
          name: t('people.password'),
          cell: (person) => (
            <button
              type="button"
              className="link"
              onClick={() => {
                show({ reset: person });
              }}
            >
              {t('people.reset')}
            </button>
          ),
        },
      ]}
    />
  );
}

/** At a marketplace it leads to the deals of a client. */
function Name({ of: { id, name, roles, picture } }: { readonly of: PersonInfo }): ReactNode {
  const { consortium } = useGateway();
  const own = consortium.members.find(({ mspId }) => mspId === consortium.mspId);
  const hasDeals = own?.kind === 'marketplace' && roles.includes('client');
  return (
    <span className="flex items-center gap-3 font-semibold">
      <Face person={id} name={name} picture={picture} />
      {hasDeals ? <Link href={`/all-deals?person=${id}`}>{name}</Link> : name}
    </span>
  );
}

function KeyState({
  person,
  show,
}: {
  readonly person: PersonInfo;
  readonly show: PeopleTableProps['show'];
}): ReactNode {
  const { t } = useTranslation();
  if (person.waitingKey !== null) {
    return (
      <Button
        look="plain"
        isSmall
        onClick={() => {
          show({ confirm: person });
        }}
      >
        {t('people.confirm')}
      </Button>
    );
  }
  if (person.roles.length > 0) return <Badge meaning="paid">{t('people.keyActive')}</Badge>;
  return <Badge meaning="plain">{t('people.noKey')}</Badge>;
}
