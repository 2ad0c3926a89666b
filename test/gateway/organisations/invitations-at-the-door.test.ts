// An invitation to pay by a link at a marketplace's web door, on a real ledger: who sees what, who takes it, who pays.
import { expect } from 'chai';
import type { DealPage } from '../../../gateway/protocol/api/deals.js';
import { ApiProblem } from '../../../gateway/sdk/api-client.js';
import { acceptInvitation, invitePayer, withdrawInvitation } from '../../../gateway/sdk/commands/deals.js';
import { invitationSigner, makeInvitationKey } from '../../../gateway/sdk/invitation-link.js';
import type { DealTerms } from '../../../chaincode/protocol/deal.js';
import { ClientConsortium } from '../../support/client-consortium.js';
import { BANK_A, BANK_B } from '../../support/member-access.js';
import { WireGround } from '../../support/wire-ground.js';
import { buyAtDoor, newWebClient, atMarket, payAtDoor, type WebClient } from '../support/web-clients.js';

const START_LIMIT_MS = 240_000;

async function codeOf(attempt: Promise<{ readonly status: string; readonly code: string | null }>) {
  return attempt.then(
    ({ status, code }) => code ?? status,
    (error: unknown) => (error instanceof ApiProblem ? error.code : String(error)),
  );
}

interface Link {
  readonly invitation: string;
  readonly publicKey: string;
  readonly seed: string;
}

describe('an invitation to pay at the web door', function () {
  this.timeout(START_LIMIT_MS);
  let consortium: ClientConsortium;
  before(async () => {
    consortium = await ClientConsortium.open(await WireGround.start(30_000));
  });
  after(() => consortium.close());

  async function invite({ session }: WebClient, terms: DealTerms, most: string): Promise<Link> {
    const { publicKey, seed } = await makeInvitationKey();
    const request = invitePayer(terms, { invitationKey: publicKey, most, until: terms.payDeadline });
    const path = { deal: terms.deal };
    expect(await codeOf(session.command('invitePayer', { path, request, purpose: request.id }))).to.equal(
      'done',
    );
    return { invitation: request.id, publicKey, seed };
  }

  async function take({ session, id }: WebClient, deal: string, link: Link): Promise<string> {
    const request = await acceptInvitation({
      ...{ channel: consortium.network.channel, deal, invitation: link.invitation, person: id },
      keyThumbprint: session.me?.keyThumbprint ?? '',
      invitationSigner: await invitationSigner(link),
    });
    const path = { deal, invitation: link.invitation };
    return codeOf(session.command('acceptInvitation', { path, request, purpose: request.id }));
  }

  const pageOf = ({ session }: WebClient, deal: string): Promise<DealPage> =>
    session.api.call('getDeal', { path: { deal } });

  it('its holder sees the goods and no name, takes it once, pays up to its sum, and sees no account of others', () =>
    atMarket(consortium, async (market) => {
      const buyer = await newWebClient(market, 'vera', { [BANK_A]: '2000000' });
      const friend = await newWebClient(market, 'gleb', { [BANK_B]: '2000000' });
      const stranger = await newWebClient(market, 'igor', { [BANK_B]: '2000000' });
      const offer = await consortium.listOffer({ answerTimeMs: 600_000 });
      const { terms } = await buyAtDoor(market, buyer, offer);
      const { deal } = terms;
      const link = await invite(buyer, terms, '500000');
      const path = { deal, invitation: link.invitation };

      const address = `/api/v1/deals/${deal}/invitations/${link.invitation}`;
      const shown = await (await fetch(market.web.url + address)).text();
      expect(JSON.parse(shown)).to.include({ status: 'open', missing: '1240000', most: '500000' });
      for (const secret of [link.seed, buyer.id, terms.buyerLink, 'Name of', terms.offerTerms.seller]) {
        expect(shown, secret).not.to.include(secret);
      }
      const unknown = await fetch(`${market.web.url}${address.slice(0, -1)}`);
      expect(unknown.status).to.equal(404);
      expect(await codeOf(pageOf(friend, deal).then(() => ({ status: 'seen', code: null })))).to.equal(
        'NOT_FOUND',
      );

      const forged = { ...(await makeInvitationKey()), invitation: link.invitation };
      expect(await take(stranger, deal, forged)).to.equal('BAD_SIGNATURE');
      expect(await take(buyer, deal, link)).to.equal('WRONG_ROLE');
      expect(await take(friend, deal, link)).to.equal('done');
      expect(await take(stranger, deal, link)).to.equal('WRONG_STATE');
      const taken = await market.administrator.api.call('previewInvitation', { path });
      expect(taken.status).to.equal('taken');

      const buyersPart = { msp: BANK_A, amount: '300000' };
      await payAtDoor(market, buyer, terms, buyersPart);
      const part = { msp: BANK_B, invitation: link.invitation };
      expect(await codeOf(payAtDoor(market, friend, terms, { ...part, amount: '500001' }))).to.equal(
        'OVERPAYMENT',
      );
      const paid = await payAtDoor(market, friend, terms, { ...part, amount: '400000' });
      expect(paid).to.include({ status: 'done', code: null });

      const friends = await pageOf(friend, deal);
      expect(friends).to.include({ role: 'payer', net: null });
      expect(friends.invitations).to.have.length(1);
      expect(friends.invitations[0]).to.include({
        isMine: true,
        most: '500000',
        left: '100000',
        status: 'taken',
      });
      const others = friends.payments.filter(({ isMine }) => !isMine);
      expect(others.map(({ link: account, payer }) => [account, payer.isMasked])).to.deep.equal([
        [null, true],
      ]);
      expect(JSON.stringify(friends)).not.to.include('Name of vera');
      const own = await pageOf(buyer, deal);
      expect(own.invitations[0]?.takenBy).to.include({ name: 'Name of gleb', isMasked: false });
      expect(await codeOf(pageOf(stranger, deal).then(() => ({ status: 'seen', code: null })))).to.equal(
        'NOT_FOUND',
      );
      const request = withdrawInvitation({ deal, invitation: link.invitation });
      expect(await codeOf(buyer.session.command('withdrawInvitation', { path, request }))).to.equal(
        'WRONG_STATE',
      );
    }));

  it('one that was withdrawn is taken by nobody, and who had taken it sees the deal no more', () =>
    atMarket(consortium, async (market) => {
      const buyer = await newWebClient(market, 'olga', { [BANK_A]: '2000000' });
      const friend = await newWebClient(market, 'yuri', { [BANK_B]: '2000000' });
      const { terms } = await buyAtDoor(market, buyer, await consortium.listOffer({ answerTimeMs: 600_000 }));
      const { deal } = terms;
      const link = await invite(buyer, terms, '500000');
      expect(await take(friend, deal, link)).to.equal('done');
      expect((await pageOf(friend, deal)).role).to.equal('payer');
      const path = { deal, invitation: link.invitation };
      const request = withdrawInvitation(path);
      const byFriend = friend.session.command('withdrawInvitation', { path, request, purpose: 'not his' });
      expect(await codeOf(byFriend)).to.equal('WRONG_ROLE');
      const byBuyer = withdrawInvitation(path);
      expect(await codeOf(buyer.session.command('withdrawInvitation', { path, request: byBuyer }))).to.equal(
        'done',
      );
      expect(await codeOf(pageOf(friend, deal).then(() => ({ status: 'seen', code: null })))).to.equal(
        'NOT_FOUND',
      );
      const part = { msp: BANK_B, invitation: link.invitation, amount: '400000' };
      expect(await codeOf(payAtDoor(market, friend, terms, part))).to.equal('NOT_FOUND');
      expect((await pageOf(buyer, deal)).invitations[0]).to.include({ status: 'withdrawn' });
    }));
});
