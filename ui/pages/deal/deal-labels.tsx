// Labels of a deal, for the marketplace's staff: attached and taken off here, with who has done so.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LabelRef } from '../../../gateway/protocol/api/labels.js';
import { callOf, useAnswer } from '../../app/answers.js';
import { useSession } from '../../app/gateway.js';
import { Button } from '../../components/button.js';
import { Select } from '../../components/field.js';
import { Icon } from '../../components/icon.js';
import { LabelBadge } from '../../components/label-badge.js';
import { LabelChanges } from '../../components/label-changes.js';
import { Section } from '../../components/page.js';
import { ProblemNote } from '../../components/problem.js';

export function DealLabels({ deal }: { readonly deal: string }): ReactNode {
  const { t } = useTranslation();
  const attached = useAnswer('getDealLabels', { path: { deal } });
  const all = useAnswer('listLabels', {});
  const move = useMove(deal);
  const items = attached.data?.items ?? [];
  const others = (all.data?.items ?? []).filter(
    ({ id, isArchived }) => !isArchived && !items.some((one) => one.id === id),
  );
  return (
    <Section title={t('labels.ofDeal')}>
      <p className="hint -mt-2">{t('labels.ofDealAbout')}</p>
      {items.length > 0 && (
        <ul className="flex flex-wrap gap-2">
          {items.map((label) => (
            <Attached
              key={label.id}
              label={label}
              takeOff={() => {
                move.mutate({ label: label.id, isOn: false });
              }}
            />
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <Attach
          others={others}
          attach={(label) => {
            move.mutate({ label, isOn: true });
          }}
        />
      )}
      <ProblemNote error={move.error} />
      <LabelChanges of={{ deal }} />
    </Section>
  );
}

function useMove(deal: string) {
  const call = callOf(useSession().api);
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ label, isOn }: { readonly label: string; readonly isOn: boolean }) =>
      call(isOn ? 'attachLabel' : 'detachLabel', { path: { deal, label } }),
    onSettled: () => client.invalidateQueries(),
  });
}

function Attached({ label, takeOff }: { readonly label: LabelRef; readonly takeOff: () => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <li className="flex items-center gap-1">
      <LabelBadge name={label.name} />
      <button
        type="button"
        className="cursor-pointer p-1.5 text-quiet"
        aria-label={t('labels.takeOff', { name: label.name })}
        onClick={takeOff}
      >
        <Icon name="close" size={14} />
      </button>
    </li>
  );
}

function Attach({
  others,
  attach,
}: {
  readonly others: readonly LabelRef[];
  readonly attach: (label: string) => void;
}): ReactNode {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const chosen = others.find(({ id }) => id === typed) ?? others[0];
  return (
    <div className="flex flex-wrap items-end gap-3">
      <div className="min-w-0 flex-1 sm:max-w-sm">
        <Select
          label={t('labels.which')}
          value={chosen?.id ?? ''}
          onChange={(event) => {
            setTyped(event.target.value);
          }}
          choices={others.map(({ id, name }) => ({ value: id, words: name }))}
        />
      </div>
      <Button
        look="plain"
        onClick={() => {
          if (chosen !== undefined) attach(chosen.id);
        }}
      >
        {t('labels.attach')}
      </Button>
    </div>
  );
}
