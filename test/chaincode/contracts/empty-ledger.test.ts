// What a ledger without parameters takes, and who sets them.
import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { type Command, FUNCTIONS } from '../../../chaincode/protocol/commands.js';
import { EndorsementsDiffer } from '../../support/in-process-ledger.js';
import {
  agreed,
  BANK_A,
  BANK_B,
  chaincodeContracts,
  COURIER,
  listText,
  MARKETPLACE,
  MemberAccess,
  openGround,
  owned,
} from '../../support/member-access.js';
import { newId } from '../../support/people.js';
import { codeOf } from '../../support/refusals.js';

const PARAMETERS = {
  members: [
    { msp: MARKETPLACE, kind: 'marketplace' },
    { msp: BANK_A, kind: 'bank' },
    { msp: COURIER, kind: 'courier' },
  ],
  commissionBasisPoints: 500,
  commissionCapBasisPoints: 1_500,
  minimumPartBasisPoints: 1_000,
  windowMs: 3_000,
  slackMs: 1_000,
  payTimeMs: { least: 1_000, most: 9_000, usual: 5_000 },
  answerTimeMs: { least: 1_000, most: 9_000, usual: 5_000 },
  inspectionTimeMs: { least: 0, most: 9_000, usual: 0 },
  shipTimeMs: { least: 7_000, most: 9_000, usual: 9_000 },
  deliverTimeMs: { least: 7_000, most: 9_000, usual: 9_000 },
  stepTimeMs: 7_000,
  creditTimeMs: 7_000,
  longStopMs: 99_000,
  changeDelayMs: 7_000,
};
const settingParameters = (changes: object = {}): Command => ({
  action: 'setParameters',
  params: { ...PARAMETERS, ...changes },
});

/** The courier as the marketplace. */
const usurping = settingParameters({
  members: PARAMETERS.members.map(({ msp, kind }) =>
    msp === COURIER ? { msp, kind: 'marketplace' } : { msp, kind: kind === 'marketplace' ? 'courier' : kind },
  ),
});

describe('an empty ledger', () => {
  let members: MemberAccess;
  before(async () => {
    members = new MemberAccess(await openGround());
  });
  after(() => members.network.close());

  it('takes nothing but parameters and secrets', async () => {
    const command: Command = { action: 'registerPerson', params: { person: newId('person') } };
    const { results } = await members.agree([command], { role: 'admin' });
    expect(results.map(codeOf)).to.deep.equal(['NO_PARAMETERS']);
    const secret = randomBytes(32).toString('base64url');
    const setting = (value: string) => owned(COURIER, { action: 'setSecret', params: { secret: value } });
    expect(await members.attempt(setting(secret)))
      .to.include({ ok: true })
      .and.not.have.property('repeated');
    expect(await members.attempt(setting(secret))).to.include({ ok: true, repeated: true });
    const other = await members.attempt(setting(randomBytes(32).toString('base64url')));
    expect(codeOf(other)).to.equal('SECRET_SET');
  });

  it('takes parameters once, from the administrator of the marketplace that the operators name', async () => {
    const attempt = (sender: string, role: 'admin' | 'gateway', command = settingParameters()) =>
      members.attempt(agreed(command), { sender, role });
    expect(codeOf(await attempt(MARKETPLACE, 'gateway'))).to.equal('WRONG_ROLE');
    expect(codeOf(await attempt(COURIER, 'admin'))).to.equal('WRONG_ORGANISATION');
    expect(codeOf(await attempt(COURIER, 'admin', usurping))).to.equal('WRONG_ORGANISATION');
    expect(codeOf(await attempt(MARKETPLACE, 'admin', usurping))).to.equal('WRONG_ORGANISATION');
    const overCap = settingParameters({ commissionBasisPoints: 1_501 });
    expect(codeOf(await attempt(MARKETPLACE, 'admin', overCap))).to.equal('COMMISSION_CAP');
    const twice = settingParameters({ members: [...PARAMETERS.members, ...PARAMETERS.members.slice(1)] });
    expect(codeOf(await attempt(MARKETPLACE, 'admin', twice))).to.equal('BAD_INPUT');
    for (const changeDelayMs of [6_999, 90 * 86_400_000 + 1]) {
      const outside = await attempt(MARKETPLACE, 'admin', settingParameters({ changeDelayMs }));
      expect(outside).to.deep.include({ code: 'OUT_OF_RANGE' });
    }
    expect(await attempt(MARKETPLACE, 'admin'))
      .to.include({ ok: true })
      .and.not.have.property('repeated');
    expect(await members.row('parameters')).to.include({ version: 1, marketplace: MARKETPLACE });
    expect(codeOf(await attempt(MARKETPLACE, 'admin'))).to.equal('WRONG_STATE');
    expect(codeOf(await attempt(COURIER, 'admin', usurping))).to.equal('WRONG_ORGANISATION');
  });

  it('serves members only', async () => {
    const command: Command = { action: 'registerPerson', params: { person: newId('person') } };
    const outsider = await members.attempt(agreed(command), { sender: BANK_B, role: 'admin' });
    expect(codeOf(outsider)).to.equal('WRONG_ORGANISATION');
  });
});

describe('an empty ledger whose operators name no marketplace, or different ones', () => {
  const founding = (members: MemberAccess, sender: string) =>
    members.attempt(agreed(sender === COURIER ? usurping : settingParameters()), { sender, role: 'admin' });

  it('is founded by nobody where no operator names one', async () => {
    const contracts = await chaincodeContracts({ marketplace: null });
    const members = new MemberAccess(await openGround({ contracts }));
    try {
      for (const sender of [MARKETPLACE, COURIER]) {
        expect(codeOf(await founding(members, sender))).to.equal('NO_MARKETPLACE');
      }
    } finally {
      await members.network.close();
    }
  });

  it('is founded by nobody where two operators differ: their peers endorse different results', async () => {
    const ground = await openGround();
    const members = new MemberAccess(ground);
    try {
      const courier = await chaincodeContracts({ marketplace: COURIER });
      ground.network.alterChaincode(COURIER, courier);
      const endorsers = [MARKETPLACE, COURIER];
      for (const sender of endorsers) {
        const client = await members.client(sender, 'admin');
        const command = sender === COURIER ? usurping : settingParameters();
        const attempt = ground.network.submit(client, FUNCTIONS.agree, [listText([command])], { endorsers });
        expect(await attempt.catch((cause: unknown) => cause)).to.be.instanceOf(EndorsementsDiffer);
      }
      expect(await members.row('parameters')).to.equal(null);
    } finally {
      await members.network.close();
    }
  });
});
