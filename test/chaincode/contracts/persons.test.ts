// Persons and their roles through the real contracts, with every refusal.
import { expect } from 'chai';
import type { Command } from '../../../chaincode/protocol/commands.js';
import { agreed, BANK_A, COURIER, MARKETPLACE, owned } from '../../support/member-access.js';
import { machine } from '../../support/deal-play.js';
import { claimOf, makePerson } from '../../support/people.js';
import { codeOf } from '../../support/refusals.js';
import { openConsortium, type TestConsortium } from '../../support/test-consortium.js';

describe('persons', () => {
  let consortium: TestConsortium;
  before(async () => {
    consortium = await openConsortium();
  });
  after(() => consortium.close());

  it('are registered by an administrator for the own organisation, and get only its roles', async () => {
    const eve = makePerson('eve');
    const register = (by = consortium.administratorOf(COURIER)) =>
      agreed(consortium.signed(by, 'registerPerson', {}, { id: eve.id }));
    expect(codeOf(await consortium.attempt(register(consortium.staff.dan)))).to.equal('WRONG_ROLE');
    await consortium.run(register());
    expect((await consortium.row('person', eve.id))?.owner).to.equal(COURIER);
    const confirm = (roles: readonly ('agent' | 'moderator')[], by = consortium.administratorOf(COURIER)) =>
      consortium.signed(by, 'confirmPerson', { person: eve.id, key: eve.key, roles });
    const atCourier = async (command: Command) => codeOf(await consortium.attempt(owned(COURIER, command)));
    expect(await atCourier(confirm(['moderator']))).to.equal('WRONG_ROLE');
    expect(await atCourier(confirm(['agent'], consortium.staff.anna))).to.equal('WRONG_ORGANISATION');
    const marketplaces = owned(MARKETPLACE, confirm(['agent'], consortium.staff.anna));
    expect(codeOf(await consortium.attempt(marketplaces))).to.equal('WRONG_ORGANISATION');
    expect(await atCourier(confirm(['agent']))).to.equal('ok');
    expect(await atCourier(confirm(['agent']))).to.equal('WRONG_STATE');
  });

  it('an X.509 administrator makes administrators only; other machines make nobody', async () => {
    const { id, key } = makePerson('new administrator');
    const registration = agreed({ action: 'registerPerson', params: { person: id } });
    const by = (role: 'gateway' | 'admin') => ({ sender: BANK_A, role });
    expect(codeOf(await consortium.attempt(registration, by('gateway')))).to.equal('WRONG_ROLE');
    expect(codeOf(await consortium.attempt(registration, by('admin')))).to.equal('ok');
    expect(codeOf(await consortium.attempt(registration, by('admin')))).to.equal('EXISTS');
    const confirm = (roles: string[]) =>
      owned(BANK_A, { action: 'confirmPerson', params: { person: id, key, roles } });
    expect(codeOf(await consortium.attempt(confirm(['operator']), by('admin')))).to.equal('WRONG_ROLE');
    expect(codeOf(await consortium.attempt(confirm(['administrator']), by('gateway')))).to.equal(
      'WRONG_ROLE',
    );
    expect(codeOf(await consortium.attempt(confirm(['administrator']), by('admin')))).to.equal('ok');
  });

  it('a registrar publishes the first key of a client, once, of one who shows that he has it', async () => {
    const eve = makePerson('eve');
    const by = { sender: BANK_A, role: 'registrar' } as const;
    const confirm = (more: Partial<Parameters<typeof claimOf>[1]> = {}, holder = eve) => {
      const now = consortium.now();
      const of = { channel: consortium.channel, organisation: BANK_A, expiresAt: now + 60_000, ...more };
      return owned(BANK_A, machine('confirmClient', { person: eve.id, claim: claimOf(holder, of) }));
    };
    const code = async (step: ReturnType<typeof confirm>) => codeOf(await consortium.attempt(step, by));
    expect(await code(confirm())).to.equal('NOT_FOUND');
    expect(
      codeOf(await consortium.attempt(agreed(machine('registerPerson', { person: eve.id })), by)),
    ).to.equal('ok');
    expect(await code(confirm({ channel: 'other' }))).to.equal('BAD_SIGNATURE');
    expect(await code(confirm({ expiresAt: consortium.now() - 1 }))).to.equal('INTENT_EXPIRED');
    expect(await code(confirm())).to.equal('ok');
    expect(await consortium.row('person', eve.id)).to.deep.include({
      ...{ status: 'active', owner: BANK_A, key: eve.key, roles: ['client'] },
    });
    expect(await code(confirm())).to.equal('WRONG_STATE');
  });
});
