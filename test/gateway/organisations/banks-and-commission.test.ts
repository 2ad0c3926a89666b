// What a marketplace's administrator signs about banks and the account of the commissions, at the web door, on a real
// ledger.
import { expect } from 'chai';
import { ApiProblem } from '../../../gateway/sdk/api-client.js';
import { setCommissionAccount } from '../../../gateway/sdk/commands/accounts.js';
import { registerBank } from '../../../gateway/sdk/commands/banks.js';
import type { ClientSession } from '../../../gateway/sdk/session.js';
import { ClientConsortium } from '../../support/client-consortium.js';
import { BANK_A, BANK_B, COURIER } from '../../support/member-access.js';
import { present } from '../../support/test-consortium.js';
import { WireGround } from '../../support/wire-ground.js';
import { linkedAccount, newWebClient, atMarket } from '../support/web-clients.js';

const START_LIMIT_MS = 240_000;

const BRANCH = { bank: '11', owner: BANK_A, name: 'Branch on the quay', bic: 'NABRRUMM' };

describe('banks and the account of the commissions at the web door', function () {
  this.timeout(START_LIMIT_MS);
  let consortium: ClientConsortium;
  before(async () => {
    consortium = await ClientConsortium.open(await WireGround.start(30_000));
  });
  after(() => consortium.close());

  it('an administrator registers a bank that a member runs; nobody else does, and none is made twice', () =>
    atMarket(consortium, async (market) => {
      const { administrator } = market;
      const register = (session: ClientSession, changes: object = {}) =>
        outcome(session.command('registerBank', { request: registerBank({ ...BRANCH, ...changes }) }));
      const client = await newWebClient(market, 'carl');
      expect(await register(client.session)).to.equal('FORBIDDEN');
      expect(await register(administrator, { owner: COURIER })).to.equal('WRONG_ORGANISATION');
      expect(await register(administrator)).to.equal('done');
      expect(await register(administrator, { name: 'Another name' })).to.equal('EXISTS');
      const { items } = await administrator.api.call('listMembers');
      const banks = present(items.find(({ mspId }) => mspId === BANK_A)).banks;
      const { bank: id, name, bic } = BRANCH;
      expect(banks.find((bank) => bank.id === id)).to.deep.equal({
        ...{ id, name, bic, isPublished: false, tariffSince: null },
      });
    }));

  it('an administrator names his own linked account for the commissions, and nobody else’s', () =>
    atMarket(consortium, async (market) => {
      const { administrator } = market;
      const name = (session: ClientSession, link: string) =>
        outcome(session.command('setCommissionAccount', { request: setCommissionAccount({ link }) }));
      const client = await newWebClient(market, 'clara', { [BANK_A]: '100' });
      const foreign = present(client.links[BANK_A]);
      expect(await name(client.session, foreign)).to.equal('FORBIDDEN');
      expect(await name(administrator, foreign)).to.equal('WRONG_ROLE');
      const own = await linkedAccount(consortium, administrator, { msp: BANK_B, sum: '100' });
      expect(await name(administrator, own)).to.equal('done');
      const { commissionAccounts } = await administrator.api.call('getParameters');
      expect(commissionAccounts).to.deep.equal([{ currency: 'RUB', link: own, bank: '20' }]);
      const { terms } = present(await consortium.row('offer', await consortium.listOffer()));
      expect(terms).to.include({ commissionLink: own, commissionBank: '20' });
    }));
});

/** How a command ended: `done`, or the code of what was in its way. */
async function outcome(
  attempt: Promise<{ readonly status: string; readonly code: string | null }>,
): Promise<string> {
  return attempt.then(
    ({ status, code }) => code ?? status,
    (error: unknown) => (error instanceof ApiProblem ? error.code : String(error)),
  );
}
