// Every action by every member's every certificate role, each given by its right signer: the exact list.
import { expect } from 'chai';
import { type Action, COMMANDS, laneOf } from '../../chaincode/protocol/commands.js';
import { machine } from '../support/deal-play.js';
import { MARKETPLACE, MEMBERS, MemberAccess, openGround } from '../support/member-access.js';
import { makePerson } from '../support/people.js';
import { CERTIFICATE_ROLES, outcomeOf } from './authorisation-matrix.js';
import { prepareStage, type Act, type Prepared } from './stage.js';

const OTHERS = 'WRONG_ORGANISATION';
const ANYBODY = ['ok', 'ok', 'ok', 'ok'] as const;
const IN_BANK_A = ['NOT_FOUND', 'ok', 'NOT_FOUND', 'NOT_FOUND'];
const ONLY_BANK_A = [OTHERS, 'ok', OTHERS, OTHERS] as const;
const ONLY_COURIER = [OTHERS, OTHERS, OTHERS, 'ok'] as const;
const ADMIN = 'WRONG_ROLE/WRONG_ROLE/ok';
const OTHERS_ADMIN = 'WRONG_ROLE/WRONG_ROLE/WRONG_ORGANISATION';

/**
 * Columns: marketplace, Bank A, Bank B, courier, each in its own lane where the action belongs there. One word where
 * gateway, worker and admin fare alike, else three in that order.
 */
const TABLE: { readonly [name: string]: readonly string[] } = {
  // Whoever carries a signed command, or an agreement's step, does not matter.
  registerBank: ANYBODY,
  registerPerson: ANYBODY,
  setCommission: ANYBODY,
  setCommissionAccount: ANYBODY,
  proposeParameters: ANYBODY,
  acceptParameters: ANYBODY,
  applyParameters: ANYBODY,
  withdrawParameters: ANYBODY,
  draftOffer: ANYBODY,
  editOffer: ANYBODY,
  moderateOffer: ANYBODY,
  listOffer: ANYBODY,
  askLink: ANYBODY,
  buy: ANYBODY,
  invitePayer: ANYBODY,
  acceptInvitation: ANYBODY,
  withdrawInvitation: ANYBODY,
  submitPayment: ANYBODY,
  acceptGoods: ANYBODY,
  cancelDeal: ANYBODY,
  concedeDeal: ANYBODY,
  decideDeal: ANYBODY,
  admitPayment: ANYBODY,
  closeAdmission: ANYBODY,
  markPaid: ANYBODY,
  closePayments: ANYBODY,
  expire: ANYBODY,
  startInspection: ANYBODY,
  complete: ANYBODY,
  // Each organisation's own notes in its own collection.
  trustBanks: ANYBODY,
  // A certificate alone makes administrators only, and only at home.
  'registerPerson by certificate': [ADMIN, ADMIN, ADMIN, ADMIN],
  'confirmPerson by certificate': [OTHERS_ADMIN, ADMIN, OTHERS_ADMIN, OTHERS_ADMIN],
  // A registrar's: see below.
  confirmClient: ['WRONG_ROLE', 'WRONG_ROLE', 'WRONG_ROLE', 'WRONG_ROLE'],
  // The owner's affairs.
  confirmPerson: ONLY_BANK_A,
  publishBank: ONLY_BANK_A,
  openAccount: ONLY_BANK_A,
  deposit: ONLY_BANK_A,
  withdraw: ONLY_BANK_A,
  answerPayment: ONLY_BANK_A,
  credit: ONLY_BANK_A,
  acceptParcel: ONLY_COURIER,
  deliver: ONLY_COURIER,
  // The money's record and the account stand in the bank's collection alone: others do not know them.
  recordDeal: ['NOT_FOUND', 'ok', 'ok', 'NOT_FOUND'],
  capture: IN_BANK_A,
  voidPayment: IN_BANK_A,
  confirmLink: ['NO_ACCOUNT', 'ok', 'NO_ACCOUNT', 'NO_ACCOUNT'],
  postCredits: ['NO_ACCOUNT', 'NO_ACCOUNT', 'ok', 'NO_ACCOUNT'],
};

/** On an empty ledger: the administrator of the marketplace that operators name founds it; all set the own secret. */
const FIRST: { readonly [name: string]: readonly string[] } = {
  setParameters: [ADMIN, OTHERS_ADMIN, OTHERS_ADMIN, OTHERS_ADMIN],
  setSecret: ANYBODY,
};

/** No shorter than twice the window and the slack. */
const RANGE = { least: 3, most: 3, usual: 3 };
const FIRST_ACTS: { readonly [name: string]: Act } = {
  setParameters: actOf(
    machine('setParameters', {
      members: MEMBERS.map((msp) => ({ msp, kind: msp === MARKETPLACE ? 'marketplace' : 'bank' })),
      commissionBasisPoints: 0,
      commissionCapBasisPoints: 0,
      minimumPartBasisPoints: 100,
      windowMs: 1,
      slackMs: 1,
      payTimeMs: RANGE,
      answerTimeMs: RANGE,
      inspectionTimeMs: RANGE,
      shipTimeMs: RANGE,
      deliverTimeMs: RANGE,
      stepTimeMs: 3,
      creditTimeMs: 3,
      longStopMs: 1,
      changeDelayMs: 3,
    }),
  ),
  setSecret: actOf(machine('setSecret', { secret: 'A'.repeat(43) })),
};

describe('authority of machines', function () {
  this.timeout(60_000);
  let prepared: Prepared;
  let empty: MemberAccess;
  before(async () => {
    prepared = await prepareStage();
    empty = new MemberAccess(await openGround());
  });
  after(() => Promise.all([prepared.consortium.close(), empty.close()]));

  it('the tables hold every action', () => {
    const actions = [...Object.keys(TABLE), ...Object.keys(FIRST)].map((name) => name.split(' ')[0]);
    expect(new Set(actions)).to.have.all.keys(...Object.keys(COMMANDS));
  });

  for (const [name, expected] of Object.entries(TABLE)) {
    it(`${name}: ${expected.join(', ')}`, async () => {
      const wanted = prepared.acts[name];
      if (wanted === undefined) throw new Error(`nothing is prepared for ${name}`);
      prepared.consortium.advanceTo(wanted.at);
      expect(await rowOf(prepared.consortium, name, wanted)).to.deep.equal(expected);
    });
  }

  it('a registrar registers, and confirms clients of its own; it gives nothing else and carries nobody', async () => {
    const allowed: string[] = [];
    for (const [name, wanted] of Object.entries(prepared.acts)) {
      prepared.consortium.advanceTo(wanted.at);
      const command = await wanted.give(wanted.self ?? makePerson('nobody'));
      const lane = laneOf(name.split(' ')[0] as Action); // names of acts begin with actions
      for (const msp of MEMBERS) {
        const outcome = await outcomeOf(prepared.consortium, command, {
          lane,
          sender: { msp, role: 'registrar' },
        });
        if (outcome !== 'WRONG_ROLE') allowed.push(`${name} at ${msp}: ${outcome}`);
      }
    }
    expect(allowed).to.have.members([
      ...MEMBERS.map((msp) => `registerPerson by certificate at ${msp}: ok`),
      ...MEMBERS.map((msp) => `confirmClient at ${msp}: ${msp === 'BankAMSP' ? 'ok' : OTHERS}`),
    ]);
  });

  for (const [name, expected] of Object.entries(FIRST)) {
    it(`${name} on an empty ledger: ${expected.join(', ')}`, async () => {
      const wanted = FIRST_ACTS[name];
      if (wanted === undefined) throw new Error(`nothing is prepared for ${name}`);
      expect(await rowOf(empty, name, wanted)).to.deep.equal(expected);
    });
  }

  for (const [name, { lane }] of Object.entries(COMMANDS)) {
    it(`${name} is refused in the other lane`, async () => {
      const wanted = prepared.acts[name] ?? FIRST_ACTS[name];
      if (wanted === undefined) throw new Error(`nothing is prepared for ${name}`);
      const sender = { msp: wanted.owner ?? MARKETPLACE, role: 'admin' } as const;
      const other = lane === 'agreement' ? 'owner' : 'agreement';
      const command = await wanted.give(wanted.self ?? makePerson('nobody'));
      expect(await outcomeOf(prepared.consortium, command, { lane: other, sender })).to.equal('WRONG_LANE');
    });
  }
});

function actOf(command: ReturnType<typeof machine>): Act {
  return { owner: null, at: 0, self: null, give: () => command };
}

async function rowOf(access: MemberAccess, name: string, act: Act): Promise<string[]> {
  const lane = laneOf(name.split(' ')[0] as Action); // the table's names begin with actions
  const command = await act.give(act.self ?? makePerson('nobody'));
  const row: string[] = [];
  for (const msp of MEMBERS) {
    const codes: string[] = [];
    for (const role of CERTIFICATE_ROLES) {
      codes.push(await outcomeOf(access, command, { lane, sender: { msp, role } }));
    }
    row.push(new Set(codes).size === 1 ? (codes[0] ?? '') : codes.join('/'));
  }
  return row;
}
