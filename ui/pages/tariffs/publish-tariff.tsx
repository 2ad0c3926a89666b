// What a bank takes for payments to other banks and how much it credits on their word: published by the signed command
// of its operator, with the key to which codes and account numbers are sealed for it.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { BankInfo } from '../../../gateway/protocol/api/consortium.js';
import { publishBank } from '../../../gateway/sdk/commands/banks.js';
import { useCommand } from '../../app/answers.js';
import { percentOf, readPercent } from '../../app/percent.js';
import { Button } from '../../components/button.js';
import { CommandNote } from '../../components/command-note.js';
import { Field } from '../../components/field.js';
import { ProblemNote } from '../../components/problem.js';
import { useForm } from '../../components/use-form.js';
import { CapFields, type CapFieldName, readCaps } from './cap-fields.js';

type Tariff = NonNullable<BankInfo['tariff']>;
type FieldName = 'usual' | `to${string}` | CapFieldName;

interface Publication {
  readonly tariff: Tariff;
  readonly debitCaps: { readonly [currency: string]: string };
}

interface PublishTariffProps {
  readonly bank: BankInfo;
  readonly others: readonly BankInfo[];
  /** Of this gateway. */
  readonly sealingKey: string;
  readonly done: () => void;
}

export function PublishTariff(props: PublishTariffProps): ReactNode {
  const { t } = useTranslation();
  const { bank, others } = props;
  const { form, command } = usePublication(props);
  return (
    <form className="grid gap-5" onSubmit={form.onSubmit} noValidate>
      <Rate
        label={t('tariffs.usual')}
        hint={t('tariffs.usualHint')}
        name="usual"
        basisPoints={bank.tariff?.usualBasisPoints ?? null}
        fault={form.faultOf('usual')}
      />
      {others.map(({ id, name }) => (
        <Rate
          key={id}
          label={t('tariffs.toBank', { bank: name })}
          hint={t('tariffs.toBankHint')}
          name={`to${id}`}
          basisPoints={bank.tariff?.toBank[id] ?? null}
          fault={form.faultOf(`to${id}`)}
        />
      ))}
      <CapFields published={bank.debitCaps} faultOf={form.faultOf} />
      <p className="hint">{t('tariffs.signing')}</p>
      {command.error === null ? <ProblemNote error={form.error} /> : <CommandNote command={command} />}
      <Button type="submit" busy={form.isSending ? t('command.sending') : null}>
        {t('tariffs.sign')}
      </Button>
    </form>
  );
}

function usePublication({ bank, others, sealingKey, done }: PublishTariffProps) {
  const { t } = useTranslation();
  const command = useCommand('publishTariff');
  const form = useForm<FieldName, Publication>({
    read: (typed) => {
      const tariff = readTariff(others, typed);
      const read = readCaps(bank.debitCaps, typed);
      const faults = Object.fromEntries([
        ...('faulty' in tariff ? tariff.faulty.map((name) => [name, t('tariffs.rateForm')]) : []),
        ...('faulty' in read ? read.faulty.map((name) => [name, t('tariffs.capForm')]) : []),
      ]) as { readonly [name: string]: string };
      return 'faulty' in tariff || 'faulty' in read
        ? { faults }
        : { values: { tariff: tariff.tariff, debitCaps: read.caps } };
    },
    send: async (publication) => {
      const request = publishBank({ bank: bank.id, sealingKey, ...publication });
      const { status } = await command.send({ request });
      if (status === 'done') done();
    },
  });
  return { form, command };
}

function readTariff(
  others: readonly BankInfo[],
  typed: (name: FieldName) => string,
): { readonly tariff: Tariff } | { readonly faulty: readonly FieldName[] } {
  const usualBasisPoints = readPercent(typed('usual'));
  const special = others.flatMap(({ id }) => {
    const text = typed(`to${id}`);
    return text === '' ? [] : [{ id, basisPoints: readPercent(text) }];
  });
  const wrong = special.filter(({ basisPoints }) => basisPoints === null).map(({ id }) => `to${id}` as const);
  if (usualBasisPoints === null) return { faulty: ['usual', ...wrong] };
  if (wrong.length > 0) return { faulty: wrong };
  const toBank = Object.fromEntries(special.map(({ id, basisPoints }) => [id, basisPoints ?? 0]));
  return { tariff: { usualBasisPoints, toBank } };
}

interface RateProps {
  readonly label: string;
  readonly hint: string;
  readonly name: string;
  /** Null: none is published. */
  readonly basisPoints: number | null;
  readonly fault: string | null;
}

function Rate({ basisPoints, ...field }: RateProps): ReactNode {
  return (
    <Field
      {...field}
      inputMode="decimal"
      unit="%"
      autoComplete="off"
      className="amount"
      defaultValue={basisPoints === null ? '' : percentOf(basisPoints)}
    />
  );
}
