// The model's rules for who may pay into a deal: the buyer, and whom he invited by a signed invitation.
import { createPublicKey, verify } from 'node:crypto';
import type { DealTerms, InvitationRow } from '../../chaincode/protocol/deal.js';
import type { IntentParams } from '../../chaincode/protocol/commands.js';
import {
  create,
  found,
  intentOf,
  must,
  namedSignatureOf,
  signedBy,
  signersLink,
  sortedJson,
  take,
  thumbprint,
  type ModelCommand,
  type Rules,
} from './model-command.js';
import { dealTerms, mustBeSigned, paymentsIn, phaseOf } from './model-deal-rows.js';

const MOST_INVITATIONS = 20;

/** With the key of the link that he bought with. */
function mustBeBuyer(call: ModelCommand, terms: DealTerms): void {
  must(intentOf(call).body.person === terms.buyer, 'WRONG_ROLE');
  signersLink(call, terms.buyerLink, terms.offerTerms.currency);
}

/** Whether the invitation's own key has signed for this person, with the key that he pays with. */
function isSignedFor(
  call: ModelCommand,
  { id, deal, invitationKey }: InvitationRow,
  { keyThumbprint, invitationSignature }: IntentParams['acceptInvitation'],
): boolean {
  const text = sortedJson({
    ...{ version: 1, channel: call.channel, id, action: 'takeInvitation', expiresAt: 0 },
    person: intentOf(call).body.person,
    params: { deal, keyThumbprint },
  });
  const der = Buffer.from(invitationKey, 'base64url');
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  const signature = Buffer.from(invitationSignature, 'base64url');
  return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/** The payer is the buyer, or took an invitation of his for no less than the amount. */
export function mustMayPay(
  call: ModelCommand,
  { deal, buyer }: DealTerms,
  { invitation: id, amount }: Pick<IntentParams['submitPayment'], 'invitation' | 'amount'>,
): void {
  const { person } = intentOf(call).body;
  if (id === null) {
    must(person === buyer, 'WRONG_ROLE');
    return;
  }
  const invitation = found(call.state.row('invitation', deal, id));
  must(invitation.status === 'accepted', 'WRONG_STATE');
  must(invitation.accepted?.person === person, 'WRONG_ROLE');
  must(BigInt(amount) <= BigInt(invitation.most), 'OVERPAYMENT');
}

export const INVITATION_RULES: Rules = {
  invitePayer(call) {
    const { deal, termsHash, invitationKey, most, until } = signedBy(call, 'invitePayer');
    const intent = intentOf(call);
    const { id } = intent.body;
    must(call.state.row('invitation', deal, id) === null, 'EXISTS');
    const terms = mustBeSigned(call, deal, termsHash);
    mustBeBuyer(call, terms);
    must(phaseOf(call, deal).status === 'open', 'WRONG_STATE');
    must(BigInt(most) <= BigInt(terms.offerTerms.price), 'OVERPAYMENT');
    must(until >= call.now, 'TOO_LATE');
    must(until <= terms.payDeadline, 'OUT_OF_RANGE');
    must(call.state.invitationsOf(deal) < MOST_INVITATIONS, 'TOO_MANY_INVITATIONS');
    const status = create(call, 'invitation.invitePayer', 'open');
    const signed = namedSignatureOf(intent);
    const said = { invitationKey, most, until, signed };
    call.state.put('invitation', [deal, id], { v: 1, id, deal, status, ...said, accepted: null });
    call.state.addInvitation(deal);
    return 'done';
  },

  acceptInvitation(call) {
    const params = signedBy(call, 'acceptInvitation');
    const { deal, invitation: id, keyThumbprint, invitationSignature } = params;
    const intent = intentOf(call);
    const { person } = intent.body;
    const terms = dealTerms(call, deal);
    const before = found(call.state.row('invitation', deal, id));
    must(before.status === 'open', 'WRONG_STATE');
    must(call.now <= before.until, 'TOO_LATE');
    must(keyThumbprint === thumbprint(intent.key), 'KEY_DIFFERS');
    must(person !== terms.offerTerms.seller, 'OWN_OFFER');
    must(person !== terms.buyer, 'WRONG_ROLE');
    must(isSignedFor(call, before, params), 'BAD_SIGNATURE');
    const status = take(call, 'invitation.acceptInvitation', 'accepted', {
      from: before.status,
      allowed: ['open'],
    });
    const accepted = { person, keyThumbprint, invitationSignature, signed: namedSignatureOf(intent) };
    call.state.put('invitation', [deal, id], { ...before, status, accepted });
    return 'done';
  },

  withdrawInvitation(call) {
    const { deal, invitation: id } = signedBy(call, 'withdrawInvitation');
    mustBeBuyer(call, dealTerms(call, deal));
    const before = found(call.state.row('invitation', deal, id));
    must(before.status !== 'withdrawn', 'WRONG_STATE');
    must(
      paymentsIn(call.state, deal).every(({ invitation }) => invitation !== id),
      'WRONG_STATE',
    );
    const status = take(call, 'invitation.withdrawInvitation', 'withdrawn', {
      from: before.status,
      allowed: ['open', 'accepted'],
    });
    call.state.put('invitation', [deal, id], { ...before, status });
    return 'done';
  },
};
