// One bad command of every kind that a person or a program could send, with the code that it must get.
import type { Command, IntentParams } from '../../chaincode/protocol/commands.js';
import type { Intent, IntentBody } from '../../chaincode/protocol/intent.js';
import { termsHash } from '../../chaincode/protocol/terms.js';
import { newId } from '../../gateway/sdk/ids.js';
import type { Participants } from '../../demo/participants.js';
import type { Deal } from '../../demo/deal-acts.js';
import { type Participant, type Person, signerFor } from '../../demo/people.js';
import { signIntent } from '../../gateway/sdk/sign.js';
import { altered } from '../support/people.js';

export interface BadCommand {
  readonly what: string;
  readonly command: Command;
  readonly code: string;
}

export interface BadCommandsStage {
  readonly channel: string;
  readonly participants: Participants;
  /** Open, not paid. */
  readonly open: Deal;
  readonly expired: Pick<Deal, 'id' | 'terms'>;
  readonly completed: Deal;
}

/** Signs whatever it is given. */
export async function signed(
  world: Pick<BadCommandsStage, 'channel'>,
  person: Person | Participant,
  said: Partial<IntentBody> & Pick<IntentBody, 'action'> & { readonly params: object },
): Promise<Command> {
  const body: IntentBody = {
    version: 1,
    channel: world.channel,
    id: newId('intent'),
    person: person.id,
    expiresAt: Date.now() + 3_600_000,
    ...said,
    params: said.params, // JSON values only
  };
  return { action: said.action, intent: await signIntent(await signerFor(person), body) };
}

/** A payment to a deal with one thing wrong. */
export function payment(
  world: BadCommandsStage,
  changes: Partial<IntentParams['submitPayment']> = {},
  said: Partial<IntentBody> = {},
): Promise<Command> {
  const { participants, open } = world;
  const params: IntentParams['submitPayment'] = {
    deal: open.id,
    termsHash: termsHash(open.terms),
    amount: '500000',
    fee: '0',
    currency: 'RUB',
    link: participants.buyerAtB.account.link,
    arrivedAt: Date.now(),
    invitation: null,
    ...changes,
  };
  return signed(world, participants.buyerAtB.person, {
    id: newId('payment'),
    ...said,
    action: 'submitPayment',
    params,
  });
}

export async function badAgreements(world: BadCommandsStage): Promise<readonly BadCommand[]> {
  const list = listOf(world, await payment(world));
  return Promise.all(list.map(async ({ command, ...rest }) => ({ ...rest, command: await command })));
}

type Planned = Omit<BadCommand, 'command'> & { readonly command: Command | Promise<Command> };

function listOf(world: BadCommandsStage, valid: Command): readonly Planned[] {
  const { participants, open, completed } = world;
  const buyer = participants.buyerAtB.person;
  const amounts = ['+500000', '-500000', '5e5', '0500000', '500000.00', ' 500000', ''];
  return [
    { what: 'an unknown action', command: { action: 'makeMoney', params: {} }, code: 'BAD_INPUT' },
    { what: 'a prototype’s name', command: { action: 'constructor', params: {} }, code: 'BAD_INPUT' },
    {
      what: 'a signature that does not fit',
      command: { ...valid, intent: altered(valid.intent as Intent, { amount: '500001' }) },
      code: 'BAD_SIGNATURE',
    },
    {
      what: 'an expired intent',
      command: payment(world, {}, { expiresAt: Date.now() - 60_000 }),
      code: 'INTENT_EXPIRED',
    },
    {
      what: 'a used id with other content',
      command: signed(world, buyer, {
        id: open.id,
        action: 'acceptGoods',
        params: { deal: completed.id, termsHash: termsHash(completed.terms) },
      }),
      code: 'OTHER_CONTENT',
    },
    ...amounts.map((amount) => ({
      what: `an amount of "${amount}"`,
      command: payment(world, { amount }),
      code: 'BAD_INPUT',
    })),
    { what: 'another currency', command: payment(world, { currency: 'USD' }), code: 'CURRENCY' },
    { what: 'too small a part', command: payment(world, { amount: '1' }), code: 'MIN_PART' },
    { what: 'other terms', command: payment(world, { termsHash: '0'.repeat(64) }), code: 'TERMS_DIFFER' },
    {
      what: 'an arrival before the window',
      command: payment(world, { arrivedAt: Date.now() - 60_000 }),
      code: 'TOO_LATE',
    },
    {
      what: 'a buyer who moderates',
      command: signed(world, buyer, {
        action: 'moderateOffer',
        params: {
          offer: participants.offers.expiry.id,
          version: 1,
          verdict: 'reject',
          commissionBasisPoints: null,
          sharesNonce: null,
          reasonHash: '0'.repeat(64),
        },
      }),
      code: 'WRONG_ROLE',
    },
    {
      what: 'a deposit in the lane of agreements',
      command: signed(world, buyer, {
        action: 'deposit',
        params: { bank: '20', account: participants.buyerAtB.account.number, amount: '1', currency: 'RUB' },
      }),
      code: 'WRONG_LANE',
    },
    {
      what: 'a payment that is marked too early',
      command: { action: 'markPaid', params: { deal: open.id } },
      code: 'NOT_FULL',
    },
    {
      what: 'sealing before the time to pay is over',
      command: { action: 'closePayments', params: { deal: open.id } },
      code: 'TOO_EARLY',
    },
    {
      what: 'expiry of a completed deal',
      command: { action: 'expire', params: { deal: completed.id } },
      code: 'WRONG_STATE',
    },
    {
      what: 'a payment to an expired deal',
      command: payment(world, { deal: world.expired.id, termsHash: termsHash(world.expired.terms) }),
      code: 'TOO_LATE',
    },
  ];
}
