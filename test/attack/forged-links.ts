// No bank confirms a link that two colluding members create in its name for an account at another bank.
import { expect } from 'chai';
import type { LinkRow } from '../../chaincode/protocol/account.js';
import { BANK_A, owned } from '../support/member-access.js';
import { newId, type Person } from '../support/people.js';
import { present, type TestConsortium } from '../support/test-consortium.js';
import type { AttackGround } from './attack-ground.js';
import { codesOf, ColludingMembers, movesNoMoney } from './colluding-members.js';

/** A person's link to a bank, created in the name of Bank A, which was not asked. */
export async function forgedLink(
  colluding: ColludingMembers,
  person: Person,
  bank: string,
): Promise<LinkRow> {
  const id = newId('link');
  const of = { person: person.id, keyThumbprint: person.thumbprint, currency: 'RUB' };
  const link: LinkRow = { v: 1, id, owner: BANK_A, bank, ...of, status: 'asked' };
  await colluding.write('link', [id], link, BANK_A);
  return link;
}

export function describeForgedLinks(ground: AttackGround): void {
  describe('attack: marketplace and courier ask for links in the name of a bank', () => {
    let consortium: TestConsortium;
    let colluding: ColludingMembers;
    before(async () => {
      consortium = await ground.open();
      colluding = await ColludingMembers.in(ground, consortium);
    });
    after(async () => {
      await colluding.end();
      await ground.close(consortium);
    });

    it("a link to Bank B in Bank A's name: Bank A does not confirm it for an account of its own", async () => {
      const { person, accounts } = consortium.alice;
      const { account, holder } = present(accounts[BANK_A]);
      const link = await forgedLink(colluding, person, '20');
      const confirmation = consortium.confirmationOf(person, { account, holder, link: link.id });
      await movesNoMoney(consortium, async () => {
        expect(await codesOf(consortium, [owned(BANK_A, confirmation)])).to.deep.equal(['NO_ACCOUNT']);
      });
    });
  });
}
