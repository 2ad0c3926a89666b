// Verify finds what a bank's own altered chaincode credits above the cap that the bank has published.
import { expect } from 'chai';
import { attestationKey, attestationOf } from '../../chaincode/protocol/attestation.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import { ColludingMembers, rowText, VALID } from '../attack/colluding-members.js';
import { engineAttackGround } from '../attack/engine-attack-ground.js';
import { publishingCaps } from '../support/debit-caps.js';
import { buy, type DealPlay } from '../support/deal-play.js';
import { BANK_B } from '../support/member-access.js';
import { type EngineConsortium, openConsortium, present } from '../support/test-consortium.js';
import { audited, blocksOf, failedChecks } from './audit.js';

/** What Bank A's payment of the worked example pays the seller at Bank B. */
const ON_WORD = 500_000;

describe('verify: credits above a published cap', function () {
  this.timeout(60_000);
  let consortium: EngineConsortium;
  let deals: readonly DealPlay[];
  beforeEach(async () => {
    consortium = await openConsortium();
    deals = await Promise.all(
      [1, 2].map(async () => buy(consortium, { offer: await consortium.listOffer() })),
    );
    for (const deal of deals) await deal.playTo('captured');
  });
  afterEach(() => consortium.close());

  const found = async () => (await audited(consortium, await blocksOf(consortium))).findings;
  const publish = async (cap: number) =>
    consortium.run(await publishingCaps(consortium, BANK_B, { RUB: String(cap) }));
  const first = (deal: DealPlay): string => present(deal.payments[0]).id;

  /** Bank B alone says that it has credited, without its chaincode's rule. */
  async function creditAnyhow(deal: DealPlay): Promise<void> {
    const ids = [deal.id, first(deal), 'seller'];
    const credited = { ...present(await consortium.row('credit', ...ids)), status: 'credited' };
    const key = rowKey('credit', ...ids);
    const text = rowText(credited);
    const bank = await ColludingMembers.in(engineAttackGround, consortium, [BANK_B]);
    const attestation = ['seal', BANK_B, attestationKey(key), attestationOf(text)] as const;
    expect(await bank.forge([['put', key, text], attestation])).to.equal(VALID);
    await bank.end();
  }

  it('is silent up to the cap, to the unit, and where the cap falls afterwards', async () => {
    await publish(2 * ON_WORD);
    for (const deal of deals) await consortium.run(deal.credit(first(deal), 'seller'));
    await publish(1);
    expect(failedChecks(await audited(consortium, await blocksOf(consortium)))).to.deep.equal([]);
  });

  it('names the credit that passes it: caps', async () => {
    const [one, two] = deals;
    await publish(2 * ON_WORD - 1);
    await consortium.run(present(one).credit(first(present(one)), 'seller'));
    await creditAnyhow(present(two));
    const caps = (await found()).filter(({ check }) => check === 'caps');
    expect(caps.map((finding) => finding.found)).to.deep.equal([
      `credit/${present(two).id}/${first(present(two))}/seller: Bank 20 has credited 1000000 on the word of 10`,
    ]);
    expect(caps[0]?.needed).to.equal('at most 999999 in RUB, as it has published');
  });
});
