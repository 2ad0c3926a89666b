// Nobody deals with himself: a seller neither moderates nor buys his own offer, nor pays into a deal on it.
import type { EscrowTransaction } from './escrow-transaction.js';
import { writesOf, type CheckScope } from './check.js';

export function checkParties(transaction: EscrowTransaction, { findings, ledger }: CheckScope): void {
  const sellerOf = (deal: string) => ledger.row('terms', deal)?.terms.offerTerms.seller ?? null;
  const parties: readonly (readonly [key: string, role: string, person: string, seller: string | null])[] = [
    ...moderations(transaction).map(
      ({ offer, person }) =>
        [`offer/${offer}`, 'moderated', person, ledger.row('offer', offer)?.seller ?? null] as const,
    ),
    ...writesOf(transaction, 'terms').map(
      ({ key, after }) => [key, 'bought', after.terms.buyer, after.terms.offerTerms.seller] as const,
    ),
    ...writesOf(transaction, 'invitation').flatMap(({ key, after: { deal, accepted } }) =>
      accepted === null ? [] : [[key, 'taken', accepted.person, sellerOf(deal)] as const],
    ),
    ...writesOf(transaction, 'payment').map(
      ({ key, after }) => [key, 'paid', after.payer, sellerOf(after.deal)] as const,
    ),
  ];
  for (const [key, role, person, seller] of parties) {
    findings.expect('parties', transaction.place, person !== seller, () => ({
      found: `${key}: ${role} by the seller himself`,
      needed: 'somebody else than the seller of the offer',
    }));
  }
}

/** Who moderated which offer by the commands that were carried out: the offer's row does not say. */
function moderations({
  commands,
  event,
}: EscrowTransaction): { readonly offer: string; readonly person: string }[] {
  return commands.flatMap(({ action, intent }, index) => {
    const offer = intent?.body.params['offer'];
    const isDone = action === 'moderateOffer' && event?.results[index]?.result.ok === true;
    return isDone && typeof offer === 'string' ? [{ offer, person: intent?.body.person ?? '' }] : [];
  });
}
