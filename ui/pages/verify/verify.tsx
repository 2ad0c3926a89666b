// Checks a receipt that somebody holds: asks this member and every other, and shows what each says of each part. No
// session is needed.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SignedReceipt } from '../../../gateway/protocol/api/receipts.js';
import { useGateway } from '../../app/gateway.js';
import { Button } from '../../components/button.js';
import { Page, Section } from '../../components/page.js';
import { TextArea } from '../../components/field.js';
import { useForm } from '../../components/use-form.js';
import { askMembers, isCheck, type MemberAnswer } from './ask-members.js';
import { MemberAnswers } from './member-answers.js';
import { Shown } from './shown.js';

/** No receipt is larger. */
const MOST_BYTES = 1_048_576;

interface Asked {
  readonly receipt: SignedReceipt;
  readonly answers: readonly MemberAnswer[];
}

export function Verify(): ReactNode {
  const { t } = useTranslation();
  const { consortium } = useGateway();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [text, setText] = useState('');
  const [isTooLarge, setTooLarge] = useState(false);
  const form = useForm<'receipt', SignedReceipt>({
    read: (typed) => {
      const receipt = receiptIn(typed('receipt'));
      return receipt === null ? { faults: { receipt: t('verify.notAReceipt') } } : { values: receipt };
    },
    send: async (receipt) => {
      setAsked(null);
      setAsked({ receipt, answers: await askMembers(consortium, receipt) });
    },
  });
  const pick = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    setTooLarge(file.size > MOST_BYTES);
    setText(file.size > MOST_BYTES ? '' : await file.text());
  };
  return (
    <Page title={t('verify.title')}>
      <p className="-mt-3 text-quiet">{t('verify.about')}</p>
      <form className="grid gap-5" onSubmit={form.onSubmit} noValidate>
        <FilePicker pick={(file) => void pick(file)} />
        <TextArea
          label={t('verify.paste')}
          hint={t('verify.pasteHint')}
          name="receipt"
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={({ target }) => {
            setTooLarge(false);
            setText(target.value);
          }}
          fault={isTooLarge ? t('verify.tooLarge') : form.faultOf('receipt')}
        />
        <div>
          <Button type="submit" busy={form.isSending ? t('verify.asking') : null}>
            {t('verify.button')}
          </Button>
        </div>
      </form>
      {asked !== null && (
        <>
          {/* A member has answered, so it has the form of a receipt. */}
          {asked.answers.some(({ outcome }) => isCheck(outcome)) && (
            <Section title={t('verify.shown')}>
              <Shown receipt={asked.receipt} />
            </Section>
          )}
          <Section title={t('verify.answers')}>
            <MemberAnswers receipt={asked.receipt} answers={asked.answers} />
            <p>{t('verify.proves')}</p>
          </Section>
        </>
      )}
    </Page>
  );
}

function FilePicker({ pick }: { readonly pick: (file: File | undefined) => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <label className="upload px-4 py-3">
      {t('verify.file')}
      <input
        type="file"
        name="file"
        accept="application/json,.json"
        className="sr-only"
        onChange={({ target }) => {
          pick(target.files?.[0]);
        }}
      />
    </label>
  );
}

/** Null: the text is not the JSON of a receipt; members look at the rest. */
function receiptIn(text: string): SignedReceipt | null {
  if (text.length > MOST_BYTES) return null;
  try {
    const found = JSON.parse(text) as Partial<SignedReceipt> | null;
    const isOne = Array.isArray(found?.receipt?.rows) && Array.isArray(found.receipt.intents);
    return isOne && typeof found.signature?.member === 'string' ? (found as SignedReceipt) : null;
  } catch {
    return null;
  }
}
