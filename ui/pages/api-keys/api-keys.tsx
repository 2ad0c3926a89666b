// API keys that this bank has given to its partners' gateways: what each is good for, until when, and when it was used.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAnswer } from '../../app/answers.js';
import { useNow } from '../../app/clock.js';
import { useMe, useMemberName } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { Button } from '../../components/button.js';
import { Loaded } from '../../components/loaded.js';
import { Empty, Page } from '../../components/page.js';
import { Panel } from '../../components/panel.js';
import { Badge } from '../../components/status.js';
import { Table } from '../../components/table.js';
import { IssueKey } from './issue-key.js';
import type { ApiKey } from './new-key.js';
import { RevokeKey } from './revoke-key.js';
import { RotateKey } from './rotate-key.js';

const EVERY_MS = 15_000;

type Shown = 'issue' | { readonly rotate: ApiKey } | { readonly revoke: ApiKey } | null;

export function ApiKeys(): ReactNode {
  const { t } = useTranslation();
  const keys = useAnswer('listApiKeys', {}, { everyMs: EVERY_MS });
  const [shown, show] = useState<Shown>(null);
  const isOperator = useMe().roles.includes('operator');
  const toIssue = (
    <Button
      onClick={() => {
        show('issue');
      }}
    >
      {t('apiKeys.issue')}
    </Button>
  );
  return (
    <Page title={t('apiKeys.title')} beside={isOperator ? toIssue : undefined} isWide>
      <p className="-mt-3 text-quiet">{t('apiKeys.about')}</p>
      <Loaded from={keys}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t('apiKeys.empty')}>
              <p className="text-quiet">{t('apiKeys.emptyMore')}</p>
            </Empty>
          ) : (
            <KeyTable keys={items} show={show} isOperator={isOperator} />
          )
        }
      </Loaded>
      <Panels
        shown={shown}
        close={() => {
          show(null);
        }}
      />
    </Page>
  );
}

function Panels({ shown, close }: { readonly shown: Shown; readonly close: () => void }): ReactNode {
  const { t } = useTranslation();
  if (shown === null) return null;
  if (shown === 'issue') {
    return (
      <Panel title={t('apiKeys.issue')} close={close}>
        <IssueKey />
      </Panel>
    );
  }
  if ('rotate' in shown) {
    return (
      <Panel title={t('apiKeys.rotateTitle')} close={close}>
        <RotateKey old={shown.rotate} />
      </Panel>
    );
  }
  return (
    <Panel title={t('apiKeys.revokeTitle')} close={close}>
      <RevokeKey of={shown.revoke} done={close} />
    </Panel>
  );
}

interface KeyTableProps {
  readonly keys: readonly ApiKey[];
  readonly show: (shown: Shown) => void;
  /** An administrator ends keys and makes none. */
  readonly isOperator: boolean;
}

function KeyTable({ keys, show, isOperator }: KeyTableProps): ReactNode {
  const { t } = useTranslation();
  const { shortInstant } = useTexts();
  const memberName = useMemberName();
  return (
    <Table
      caption={t('apiKeys.title')}
      rows={keys}
      keyOf={({ id }) => id}
      columns={[
        { name: t('apiKeys.label'), cell: ({ label }) => <span className="font-semibold">{label}</span> },
        { name: t('apiKeys.state'), cell: (key) => <State of={key} /> },
        {
          name: t('apiKeys.member'),
          cell: ({ member }) => (member === 'own' ? t('apiKeys.own') : memberName(member)),
        },
        {
          name: t('apiKeys.scopes'),
          cell: ({ scopes }) => scopes.map((scope) => t(`apiKeys.scope.${scope}`)).join(', '),
        },
        { name: t('apiKeys.begins'), cell: ({ id }) => <span className="code">{`fsk_${id}_…`}</span> },
        {
          name: t('apiKeys.lastUsed'),
          cell: ({ lastUsedAt }) => (lastUsedAt === null ? t('apiKeys.never') : shortInstant(lastUsedAt)),
        },
        { name: t('apiKeys.expires'), cell: ({ expiresAt }) => <Expiry at={expiresAt} /> },
        {
          name: t('apiKeys.change'),
          cell: (key) => <Change of={key} show={show} isOperator={isOperator} />,
        },
      ]}
    />
  );
}

function Expiry({ at }: { readonly at: number }): ReactNode {
  const { dateOf } = useTexts();
  return dateOf(at);
}

function isOver({ revokedAt, expiresAt }: ApiKey, now: number): boolean {
  return revokedAt !== null || expiresAt <= now;
}

function State({ of: key }: { readonly of: ApiKey }): ReactNode {
  const { t } = useTranslation();
  const now = useNow(key.expiresAt);
  if (key.revokedAt !== null) return <Badge meaning="trouble">{t('apiKeys.revoked')}</Badge>;
  if (isOver(key, now)) return <Badge meaning="plain">{t('apiKeys.expired')}</Badge>;
  if (key.replacedBy !== null) return <Badge meaning="returned">{t('apiKeys.replaced')}</Badge>;
  return <Badge meaning="paid">{t('apiKeys.valid')}</Badge>;
}

function Change(of: {
  readonly of: ApiKey;
  readonly show: KeyTableProps['show'];
  readonly isOperator: boolean;
}): ReactNode {
  const { t } = useTranslation();
  const { of: key, show, isOperator } = of;
  const now = useNow(key.expiresAt);
  if (isOver(key, now)) return null;
  return (
    <span className="flex flex-wrap gap-x-4">
      {isOperator && key.replacedBy === null && (
        <button
          type="button"
          className="link"
          aria-label={t('apiKeys.rotateOne', { label: key.label })}
          onClick={() => {
            show({ rotate: key });
          }}
        >
          {t('apiKeys.rotate')}
        </button>
      )}
      <button
        type="button"
        className="link"
        aria-label={t('apiKeys.revokeOne', { label: key.label })}
        onClick={() => {
          show({ revoke: key });
        }}
      >
        {t('apiKeys.revoke')}
      </button>
    </span>
  );
}
