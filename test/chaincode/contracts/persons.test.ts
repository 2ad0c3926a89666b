// Duty: persons and their roles through the real contracts, with every refusal.
// Must not: play deals.
import { expect } from 'chai';
import type { Command } from '../../../chaincode/protocol/commands.js';
import { agreed, BANK_A, COURIER, MARKETPLACE, owned } from '../../support/member-access.js';
import { makePerson } from '../../support/people.js';
import { codeOf } from '../../support/refusals.js';
import { openWorld, type World } from '../../support/world.js';

describe('persons', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  it('are registered by an administrator for the own organisation, and get only its roles', async () => {
    const eve = makePerson('eve');
    const register = (by = world.administratorOf(COURIER)) =>
      agreed(world.signed(by, 'registerPerson', {}, { id: eve.id }));
    expect(codeOf(await world.attempt(register(world.staff.dan)))).to.equal('WRONG_ROLE');
    await world.run(register());
    expect((await world.row('person', eve.id))?.owner).to.equal(COURIER);
    const confirm = (roles: readonly ('agent' | 'moderator')[], by = world.administratorOf(COURIER)) =>
      world.signed(by, 'confirmPerson', { person: eve.id, key: eve.key, roles });
    const atCourier = async (command: Command) => codeOf(await world.attempt(owned(COURIER, command)));
    expect(await atCourier(confirm(['moderator']))).to.equal('WRONG_ROLE');
    expect(await atCourier(confirm(['agent'], world.staff.anna))).to.equal('WRONG_ORGANISATION');
    const marketplaces = owned(MARKETPLACE, confirm(['agent'], world.staff.anna));
    expect(codeOf(await world.attempt(marketplaces))).to.equal('WRONG_ORGANISATION');
    expect(await atCourier(confirm(['agent']))).to.equal('ok');
    expect(await atCourier(confirm(['agent']))).to.equal('WRONG_STATE');
  });

  it('an X.509 administrator makes administrators only; other machines make nobody', async () => {
    const { id, key } = makePerson('new administrator');
    const registration = agreed({ action: 'registerPerson', params: { person: id } });
    const by = (role: 'gateway' | 'admin') => ({ sender: BANK_A, role });
    expect(codeOf(await world.attempt(registration, by('gateway')))).to.equal('WRONG_ROLE');
    expect(codeOf(await world.attempt(registration, by('admin')))).to.equal('ok');
    expect(codeOf(await world.attempt(registration, by('admin')))).to.equal('EXISTS');
    const confirm = (roles: string[]) =>
      owned(BANK_A, { action: 'confirmPerson', params: { person: id, key, roles } });
    expect(codeOf(await world.attempt(confirm(['operator']), by('admin')))).to.equal('WRONG_ROLE');
    expect(codeOf(await world.attempt(confirm(['administrator']), by('gateway')))).to.equal('WRONG_ROLE');
    expect(codeOf(await world.attempt(confirm(['administrator']), by('admin')))).to.equal('ok');
  });
});
