// Finds a block by its number, a transaction or a deal by its id, and opens its page.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { Button } from '../../components/button.js';
import { Field } from '../../components/field.js';
import { useForm } from '../../components/use-form.js';

/** Null: the words name nothing that stands on the ledger. */
function placeOf(words: string): string | null {
  const found = words.replace(/\s/g, '').toLowerCase();
  if (/^[0-9]{1,15}$/.test(found)) return `/ledger/blocks/${String(Number(found))}`;
  if (/^[0-9a-f]{64}$/.test(found)) return `/ledger/transactions/${found}`;
  return /^deal_[0-9a-z]{8,64}$/.test(found) ? `/ledger/deals/${found}` : null;
}

export function LedgerSearch(): ReactNode {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const form = useForm<'words', string>({
    read: (typed) => {
      const place = placeOf(typed('words'));
      return place === null ? { faults: { words: t('ledger.notFindable') } } : { values: place };
    },
    send: (place) => {
      go(place);
      return Promise.resolve();
    },
  });
  return (
    <search>
      <form
        className="grid items-end gap-3 sm:grid-cols-[minmax(0,32rem)_auto] sm:justify-start"
        onSubmit={form.onSubmit}
        noValidate
      >
        <Field
          label={t('ledger.find')}
          hint={t('ledger.findHint')}
          name="words"
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          fault={form.faultOf('words')}
        />
        <Button type="submit" look="plain">
          {t('ledger.findButton')}
        </Button>
      </form>
    </search>
  );
}
