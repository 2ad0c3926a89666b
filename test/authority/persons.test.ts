// Every action that a person signs, by every role of every organisation and by impostors: the exact list.
import { expect } from 'chai';
import { laneOf, type PersonAction } from '../../chaincode/protocol/commands.js';
import type { Role } from '../../chaincode/protocol/forms.js';
import { BANK_A, BANK_B, COURIER, MARKETPLACE, agreed } from '../support/member-access.js';
import { makePerson, type Person } from '../support/people.js';
import type { TestConsortium } from '../support/test-consortium.js';
import { outcomeOf } from './authorisation-matrix.js';
import { prepareStage, type Act, type Prepared } from './stage.js';

/** One person of each role that an organisation may give. */
const SIGNERS: readonly (readonly [msp: string, role: Role])[] = [
  [MARKETPLACE, 'client'],
  [MARKETPLACE, 'administrator'],
  [MARKETPLACE, 'moderator'],
  [BANK_A, 'client'],
  [BANK_A, 'administrator'],
  [BANK_A, 'operator'],
  [BANK_B, 'client'],
  [BANK_B, 'administrator'],
  [BANK_B, 'operator'],
  [COURIER, 'client'],
  [COURIER, 'administrator'],
  [COURIER, 'agent'],
];

const CODES: { readonly [letter: string]: string } = {
  '+': 'ok',
  r: 'WRONG_ROLE',
  o: 'WRONG_ORGANISATION',
  k: 'KEY_DIFFERS',
  s: 'WRONG_STATE',
  n: 'NOT_FOUND',
  b: 'BAD_SIGNATURE',
  e: 'EXISTS',
};

/**
 * Columns as in SIGNERS, by organisation: client, administrator, then moderator, operator or agent. Then the right
 * person himself; somebody with the right person's id and another key; one registered but not confirmed; a stranger.
 * Where a link says which key counts, strangers fail as not its holders. The banks have given their voices for the
 * proposal before. The invitation names whom its key signed for.
 */
const TABLE: { readonly [A in PersonAction]: string } = {
  registerBank: 'r+r ror ror ror + ksn',
  registerPerson: 'r+r r+r r+r r+r + ksn',
  confirmPerson: 'ror r+r ror ror + ksn',
  publishBank: 'rrr rr+ rro rrr + ksn',
  openAccount: 'rrr rr+ rro rrr + ksn',
  deposit: 'rrr rr+ rro rrr + ksn',
  withdraw: 'rrr rr+ rro rrr + ksn',
  askLink: '+++ +++ +++ +++ + ksn',
  confirmLink: 'rrr rrr rrr rrr + krr',
  setCommission: 'r+r ror ror ror + ksn',
  setCommissionAccount: 'rrr ror ror ror + ksn',
  proposeParameters: 'r+r ror ror ror + ksn',
  acceptParameters: 'ror rer rer r+r + ksn',
  withdrawParameters: 'r+r ror ror ror + ksn',
  draftOffer: '+rr +rr +rr +rr + ksn',
  editOffer: 'rrr rrr rrr rrr + ksn',
  moderateOffer: 'rr+ rrr rrr rrr + ksn',
  listOffer: 'rrr rrr rrr rrr + ksn',
  buy: 'rrr rrr rrr rrr + krr',
  invitePayer: 'rrr rrr rrr rrr + krr',
  acceptInvitation: 'bbb bbb bbb bbb + bbb',
  withdrawInvitation: 'rrr rrr rrr rrr + krr',
  submitPayment: 'rrr rrr rrr rrr + krr',
  acceptParcel: 'rrr rrr rrr rr+ + ksn',
  deliver: 'rrr rrr rrr rr+ + ksn',
  acceptGoods: 'rrr rrr rrr rrr + krr',
  cancelDeal: 'rrr rrr rrr rrr + krr',
  concedeDeal: 'rrr rrr rrr rrr + krr',
};

describe('authority of persons', function () {
  this.timeout(60_000);
  let prepared: Prepared;
  let signers: readonly Person[];
  let registered: Person;
  before(async () => {
    prepared = await prepareStage();
    signers = await enrolled(prepared.consortium);
    registered = makePerson('registered');
    const { anna } = prepared.consortium.staff;
    await prepared.consortium.run(
      agreed(prepared.consortium.signed(anna, 'registerPerson', {}, { id: registered.id })),
    );
  });
  after(() => prepared.consortium.close());

  for (const [name, letters] of Object.entries(TABLE)) {
    it(`${name}: ${letters}`, async () => {
      const action = name as PersonAction; // the table's type
      const act = prepared.acts[name];
      if (!act?.self) throw new Error(`nothing is prepared for ${name}`);
      prepared.consortium.advanceTo(act.at);
      const impostors = [makePerson('thief', act.self.id), registered, makePerson('stranger')];
      const row: string[] = [];
      for (const signer of [...signers, act.self, ...impostors]) {
        row.push(await cell(prepared.consortium, action, act, signer));
      }
      expect(row).to.deep.equal([...letters.replaceAll(' ', '')].map((letter) => CODES[letter]));
    });
  }
});

async function cell(
  consortium: TestConsortium,
  action: PersonAction,
  act: Act,
  signer: Person,
): Promise<string> {
  const sender = { msp: act.owner ?? MARKETPLACE, role: 'worker' } as const;
  return outcomeOf(consortium, await act.give(signer), { lane: laneOf(action), sender });
}

async function enrolled(consortium: TestConsortium): Promise<Person[]> {
  const people: Person[] = [];
  for (const [msp, role] of SIGNERS) {
    const person = makePerson(`${role} of ${msp}`);
    await consortium.enrol(msp, person, [role]);
    people.push(person);
  }
  return people;
}
