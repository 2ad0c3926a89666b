// One parcel: taken from the seller, then handed over against the recipient's code, typed or read by the camera.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isRecipientCode } from '../../../chaincode/protocol/recipient-code.js';
import type { Parcel as ParcelInfo } from '../../../gateway/protocol/api/parcels.js';
import { acceptParcel, deliver } from '../../../gateway/sdk/commands/shipments.js';
import { MOVING_MS, useAnswer, useCommand } from '../../app/answers.js';
import type { PageProps } from '../../app/page-props.js';
import { Button } from '../../components/button.js';
import { CommandNote } from '../../components/command-note.js';
import { Deadline } from '../../components/deadline.js';
import { Field } from '../../components/field.js';
import { Loaded } from '../../components/loaded.js';
import { Notice } from '../../components/notice.js';
import { Empty, Page } from '../../components/page.js';
import { ProblemNote } from '../../components/problem.js';
import { useForm } from '../../components/use-form.js';
import { ParcelAddressView } from './parcel-address.js';
import { canScan, Scanner } from './scanner.js';
import { ParcelStatus } from './parcel-status.js';

export function Parcel({ id }: PageProps): ReactNode {
  const { t } = useTranslation();
  // A deal that was just paid is announced to the courier a moment later.
  const parcels = useAnswer(
    'listParcels',
    { query: { deal: id } },
    { everyMs: MOVING_MS, isMoving: ({ items }) => items.every(({ status }) => status !== 'delivered') },
  );
  return (
    <Loaded from={parcels}>
      {({ items }) => {
        const parcel = items.find(({ deal }) => deal === id);
        return parcel === undefined ? (
          <Empty title={t('parcels.notFound')} />
        ) : (
          <ParcelView parcel={parcel} />
        );
      }}
    </Loaded>
  );
}

function ParcelView({ parcel }: { readonly parcel: ParcelInfo }): ReactNode {
  const { t } = useTranslation();
  return (
    <Page
      title={t('parcels.number', { number: parcel.deal.slice(-6) })}
      up={{ to: '/parcels', words: t('nav.parcels') }}
      beside={<ParcelStatus status={parcel.status} />}
    >
      <p className="code -mt-3 text-quiet">{parcel.deal}</p>
      <ParcelAddressView deal={parcel.deal} />
      {parcel.status === 'announced' && <Accept parcel={parcel} />}
      {parcel.status === 'accepted' && <Deliver parcel={parcel} />}
      {parcel.status === 'delivered' && <Notice meaning="paid">{t('parcels.delivered')}</Notice>}
    </Page>
  );
}

function Accept({ parcel }: { readonly parcel: ParcelInfo }): ReactNode {
  const { t } = useTranslation();
  const command = useCommand('acceptParcel');
  const { deal } = parcel;
  return (
    <section className="grid gap-4">
      <p>
        {t('parcels.by.announced')} <Deadline at={parcel.shipBy} />
      </p>
      <p>{t('parcels.acceptAbout')}</p>
      <CommandNote command={command} />
      <Button
        disabled={command.operation !== null}
        busy={command.isSending ? t('command.sending') : null}
        onClick={() =>
          void command.send({ path: { deal }, request: acceptParcel({ deal }) }).catch(() => null)
        }
      >
        {t('parcels.accept')}
      </Button>
    </section>
  );
}

function Deliver({ parcel }: { readonly parcel: ParcelInfo }): ReactNode {
  const { t } = useTranslation();
  const command = useCommand('deliverParcel');
  const [isScanning, setScanning] = useState(false);
  const [typed, setTyped] = useState('');
  const { deal } = parcel;
  const form = useForm<'code', string>({
    read: (read) => {
      const code = read('code');
      return isRecipientCode(code) ? { values: code } : { faults: { code: t('parcels.codeForm') } };
    },
    send: async (recipientCode) => {
      await command.send({ path: { deal }, request: deliver({ deal, recipientCode }) });
    },
  });
  return (
    <form className="grid gap-5" onSubmit={form.onSubmit} noValidate>
      <p>
        {t('parcels.by.accepted')} <Deadline at={parcel.deliverBy} />
      </p>
      {isScanning && (
        <Scanner
          found={(text) => {
            setTyped(text);
            setScanning(false);
          }}
          stop={() => {
            setScanning(false);
          }}
        />
      )}
      {canScan() && !isScanning && (
        <Button
          look="plain"
          onClick={() => {
            setScanning(true);
          }}
        >
          {t('parcels.scan')}
        </Button>
      )}
      <Field
        label={t('recipientCode.title')}
        hint={t('parcels.codeHint')}
        name="code"
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
        }}
        fault={form.faultOf('code')}
        className="code text-lg!"
      />
      {command.error === null ? <ProblemNote error={form.error} /> : <CommandNote command={command} />}
      {command.isWaiting && <CommandNote command={command} />}
      <Button type="submit" disabled={command.isWaiting} busy={form.isSending ? t('command.sending') : null}>
        {t('parcels.deliver')}
      </Button>
    </form>
  );
}
