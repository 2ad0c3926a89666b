// Delivery addresses that a client keeps, to choose from when buying.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeliveryAddress, KeptAddress } from '../../../gateway/protocol/api/addresses.js';
import { newId } from '../../../gateway/sdk/ids.js';
import { callOf, useAnswer } from '../../app/answers.js';
import { useMe, useSession } from '../../app/gateway.js';
import {
  AddressFields,
  type AddressName,
  AddressText,
  readAddress,
} from '../../components/address-fields.js';
import { Button } from '../../components/button.js';
import { Loaded } from '../../components/loaded.js';
import { Panel } from '../../components/panel.js';
import { ProblemNote } from '../../components/problem.js';
import { useForm } from '../../components/use-form.js';

export function Addresses(): ReactNode {
  const { t } = useTranslation();
  const addresses = useAnswer('listMyAddresses', {});
  const [open, setOpen] = useState<KeptAddress | 'new' | null>(null);
  return (
    <>
      <p className="hint">{t('address.about')}</p>
      <Loaded from={addresses} lines={2}>
        {({ items }) => (items.length === 0 ? null : <List items={items} change={setOpen} />)}
      </Loaded>
      <div>
        <Button
          look="plain"
          onClick={() => {
            setOpen('new');
          }}
        >
          {t('address.add')}
        </Button>
      </div>
      {open !== null && (
        <Panel
          title={t(open === 'new' ? 'address.add' : 'address.change')}
          close={() => {
            setOpen(null);
          }}
        >
          <AddressForm
            of={open === 'new' ? null : open}
            done={() => {
              setOpen(null);
            }}
          />
        </Panel>
      )}
    </>
  );
}

function List({
  items,
  change,
}: {
  readonly items: readonly KeptAddress[];
  readonly change: (address: KeptAddress) => void;
}): ReactNode {
  const { t } = useTranslation();
  const call = callOf(useSession().api);
  const client = useQueryClient();
  const removing = useMutation({
    mutationFn: (address: string) => call('removeAddress', { path: { address } }),
    onSettled: () => client.invalidateQueries(),
  });
  return (
    <>
      <ul className="card divide-y divide-line">
        {items.map((address) => (
          <li key={address.id} className="grid gap-2 px-5 py-3">
            <AddressText of={address} />
            <p className="flex flex-wrap gap-4">
              <button
                type="button"
                className="link"
                onClick={() => {
                  change(address);
                }}
              >
                {t('address.changeIt')}
                <span className="sr-only"> {address.recipient}</span>
              </button>
              <button
                type="button"
                className="link"
                disabled={removing.isPending}
                onClick={() => {
                  removing.mutate(address.id);
                }}
              >
                {t('address.remove')}
                <span className="sr-only"> {address.recipient}</span>
              </button>
            </p>
          </li>
        ))}
      </ul>
      <ProblemNote error={removing.error} />
    </>
  );
}

/** `of` null: a new one. */
function AddressForm({
  of,
  done,
}: {
  readonly of: KeptAddress | null;
  readonly done: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const call = callOf(useSession().api);
  const client = useQueryClient();
  const me = useMe();
  // One key for one filled-in form: sent twice, it keeps one address.
  const [idempotencyKey] = useState(() => newId('key'));
  const form = useForm<AddressName, DeliveryAddress>({
    read: (typed) => readAddress(typed, t),
    send: async (body) => {
      if (of === null) await call('addAddress', { body }, { idempotencyKey });
      else await call('changeAddress', { path: { address: of.id }, body });
      await client.invalidateQueries();
      done();
    },
  });
  return (
    <form className="grid gap-4" onSubmit={form.onSubmit} noValidate>
      <AddressFields form={form} of={of ?? { recipient: me.name }} />
      <ProblemNote error={form.error} />
      <Button type="submit" busy={form.isSending ? t('address.saving') : null}>
        {t('address.save')}
      </Button>
    </form>
  );
}
