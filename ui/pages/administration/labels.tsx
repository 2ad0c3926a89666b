// Labels of deals: defined, renamed, archived and brought back here; their history under them.
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { LabelInfo } from '../../../gateway/protocol/api/labels.js';
import { newId } from '../../../gateway/sdk/ids.js';
import { callOf, useAnswer } from '../../app/answers.js';
import { useSession } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { Button } from '../../components/button.js';
import { Field } from '../../components/field.js';
import { LabelBadge } from '../../components/label-badge.js';
import { LabelChanges } from '../../components/label-changes.js';
import { Loaded } from '../../components/loaded.js';
import { Empty } from '../../components/page.js';
import { Panel } from '../../components/panel.js';
import { ProblemNote } from '../../components/problem.js';
import { Badge } from '../../components/status.js';
import { Table } from '../../components/table.js';
import { useForm } from '../../components/use-form.js';

const LONGEST_NAME = 40;

export function Labels(): ReactNode {
  const { t } = useTranslation();
  const labels = useAnswer('listLabels', {});
  const [changed, setChanged] = useState<LabelInfo | null>(null);
  return (
    <div className="grid min-w-0 gap-6">
      <p className="hint">{t('labels.about')}</p>
      <NewLabel />
      <Loaded from={labels}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t('labels.empty')} />
          ) : (
            <LabelTable labels={items} change={setChanged} />
          )
        }
      </Loaded>
      <LabelChanges of={{}} />
      {changed !== null && (
        <Panel
          title={t('labels.change')}
          close={() => {
            setChanged(null);
          }}
        >
          <ChangeLabel
            label={changed}
            done={() => {
              setChanged(null);
            }}
          />
        </Panel>
      )}
    </div>
  );
}

function NewLabel(): ReactNode {
  const { t } = useTranslation();
  const call = callOf(useSession().api);
  const client = useQueryClient();
  // One key for one filled-in form: sent twice, it makes one label.
  const [idempotencyKey, setKey] = useState(() => newId('key'));
  const form = useForm<'name', { readonly name: string }>({
    read: (typed) => {
      const name = typed('name');
      return name === '' ? { faults: { name: t('labels.nameNeeded') } } : { values: { name } };
    },
    send: async (body, element) => {
      await call('createLabel', { body }, { idempotencyKey });
      setKey(newId('key'));
      element.reset();
      await client.invalidateQueries();
    },
  });
  return (
    <form className="grid max-w-xl gap-3" onSubmit={form.onSubmit} noValidate>
      <div className="flex flex-wrap items-end gap-3">
        <div className="min-w-0 flex-1">
          <Field
            label={t('labels.newName')}
            name="name"
            maxLength={LONGEST_NAME}
            autoComplete="off"
            fault={form.faultOf('name')}
          />
        </div>
        <Button type="submit" busy={form.isSending ? t('labels.saving') : null}>
          {t('labels.make')}
        </Button>
      </div>
      <ProblemNote error={form.error} />
    </form>
  );
}

function LabelTable({
  labels,
  change,
}: {
  readonly labels: readonly LabelInfo[];
  readonly change: (label: LabelInfo) => void;
}): ReactNode {
  const { t } = useTranslation();
  const { number, shortInstant } = useTexts();
  return (
    <Table
      caption={t('administration.part.labels')}
      rows={labels}
      keyOf={({ id }) => id}
      columns={[
        { name: t('labels.label'), cell: ({ name }) => <LabelBadge name={name} /> },
        {
          name: t('figures.deals'),
          isEnd: true,
          cell: ({ id, deals }) => <Link href={`/all-deals?label=${id}`}>{number(deals)}</Link>,
        },
        { name: t('labels.since'), cell: ({ createdAt }) => shortInstant(createdAt) },
        {
          name: t('labels.state'),
          cell: ({ isArchived }) =>
            isArchived ? (
              <Badge meaning="plain">{t('labels.archived')}</Badge>
            ) : (
              <Badge meaning="paid">{t('labels.inUse')}</Badge>
            ),
        },
        {
          name: '',
          cell: (label) => (
            <button
              type="button"
              className="link"
              onClick={() => {
                change(label);
              }}
            >
              {t('labels.changeIt')}
              <span className="sr-only"> {label.name}</span>
            </button>
          ),
        },
      ]}
    />
  );
}

function ChangeLabel({ label, done }: { readonly label: LabelInfo; readonly done: () => void }): ReactNode {
  const { t } = useTranslation();
  const call = callOf(useSession().api);
  const client = useQueryClient();
  const save = async (body: { readonly name?: string; readonly isArchived?: boolean }): Promise<void> => {
    await call('changeLabel', { path: { label: label.id }, body });
    await client.invalidateQueries();
    done();
  };
  const renaming = useForm<'name', string>({
    read: (typed) =>
      typed('name') === '' ? { faults: { name: t('labels.nameNeeded') } } : { values: typed('name') },
    send: (name) => save({ name }),
  });
  const moving = useForm<never, null>({
    read: () => ({ values: null }),
    send: () => save({ isArchived: !label.isArchived }),
  });
  return (
    <div className="grid gap-6">
      <form className="grid gap-4" onSubmit={renaming.onSubmit} noValidate>
        <Field
          label={t('labels.name')}
          hint={t('labels.renameHint')}
          name="name"
          maxLength={LONGEST_NAME}
          defaultValue={label.name}
          autoComplete="off"
          fault={renaming.faultOf('name')}
        />
        <ProblemNote error={renaming.error} />
        <Button type="submit" busy={renaming.isSending ? t('labels.saving') : null}>
          {t('labels.rename')}
        </Button>
      </form>
      <form className="grid gap-3 border-t border-line pt-5" onSubmit={moving.onSubmit}>
        <p className="hint">{t(label.isArchived ? 'labels.restoreAbout' : 'labels.archiveAbout')}</p>
        <ProblemNote error={moving.error} />
        <Button type="submit" look="plain" busy={moving.isSending ? t('labels.saving') : null}>
          {t(label.isArchived ? 'labels.restore' : 'labels.archive')}
        </Button>
      </form>
    </div>
  );
}
