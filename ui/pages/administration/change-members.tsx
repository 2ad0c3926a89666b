// Members in a proposal that is being composed: others join, some leave; the marketplace stays.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgreedSettings } from '../../../chaincode/protocol/member.js';
import { useMemberName } from '../../app/gateway.js';
import { Button } from '../../components/button.js';
import { Field, Select } from '../../components/field.js';
import { useForm } from '../../components/use-form.js';

type Members = AgreedSettings['members'];

interface ChangeMembersProps {
  readonly members: Members;
  readonly change: (members: Members) => void;
}

const MSP_ID = /^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/;
const KINDS = ['bank', 'courier'] as const;

export function ChangeMembers({ members, change }: ChangeMembersProps): ReactNode {
  const { t } = useTranslation();
  const memberName = useMemberName();
  const [list, setList] = useState(members);
  return (
    <div className="grid gap-6">
      <ul className="grid gap-2">
        {list.map(({ msp, kind }) => (
          <li key={msp} className="flex flex-wrap items-center justify-between gap-2">
            <span>
              <span className="font-semibold">{memberName(msp)}</span>{' '}
              <span className="hint">{t(`members.kinds.${kind}`)}</span>
            </span>
            {kind !== 'marketplace' && (
              <button
                type="button"
                className="link"
                onClick={() => {
                  setList(list.filter((other) => other.msp !== msp));
                }}
              >
                {t('parameters.leave')}
                <span className="sr-only"> {memberName(msp)}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      <NewMember
        known={list}
        add={(member) => {
          setList([...list, member]);
        }}
      />
      <Button
        onClick={() => {
          change(list);
        }}
      >
        {t('parameters.draft.add')}
      </Button>
    </div>
  );
}

interface NewMemberProps {
  readonly known: Members;
  readonly add: (member: Members[number]) => void;
}

function NewMember({ known, add }: NewMemberProps): ReactNode {
  const { t } = useTranslation();
  const form = useForm<'msp' | 'kind', Members[number]>({
    read: (typed) => {
      const msp = typed('msp');
      const kind = KINDS.find((each) => each === typed('kind')) ?? 'bank';
      const isNew = MSP_ID.test(msp) && known.every((member) => member.msp !== msp);
      return isNew ? { values: { msp, kind } } : { faults: { msp: t('parameters.fault.msp') } };
    },
    send: (member, element) => {
      add(member);
      element.reset();
      return Promise.resolve();
    },
  });
  return (
    <form className="grid gap-4" onSubmit={form.onSubmit} noValidate>
      <Field
        label={t('members.msp')}
        hint={t('parameters.joinHint')}
        name="msp"
        maxLength={64}
        autoComplete="off"
        fault={form.faultOf('msp')}
      />
      <Select
        label={t('members.kind')}
        name="kind"
        choices={KINDS.map((value) => ({ value, words: t(`members.kinds.${value}`) }))}
      />
      <div>
        <Button type="submit" look="plain">
          {t('parameters.join')}
        </Button>
      </div>
    </form>
  );
}
