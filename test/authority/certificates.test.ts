// Every function by every kind of certificate, and the owner lane by every pair of sender, owner and peer.
import { expect } from 'chai';
import { canonicalJson } from '../../chaincode/protocol/canonical-json.js';
import { FUNCTIONS } from '../../chaincode/protocol/commands.js';
import { parseViolation } from '../../chaincode/protocol/violation.js';
import type { Engine } from '../../ledger/engine/ledger.js';
import { openEngine } from '../../ledger/engine/open-engine.js';
import { machine } from '../support/deal-play.js';
import { makeOrganisation, type IdentityRequest, type MadeIdentity } from '../support/identities.js';
import { BANK_A, MEMBERS, chaincodeContracts, listText } from '../support/member-access.js';
import { asClient } from '../support/proposals.js';
import { openConsortium, type EngineConsortium } from '../support/test-consortium.js';
import { InProcessRunner } from '../../ledger/engine/in-process-runner.js';

type Function = keyof typeof FUNCTIONS;
const NAMES = Object.keys(FUNCTIONS) as Function[]; // its own keys

/** What each function comes to, in the order agree, own, tryOwn, rows, list, deal, privately. */
const EVERYTHING = ['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok'];
/** Any member's client may read public rows; writing and private questions need a machine's attribute. */
const PUBLIC_ROWS = ['WRONG_ROLE', 'WRONG_ROLE', 'WRONG_ROLE', 'ok', 'ok', 'ok', 'WRONG_ROLE'];
const NOTHING = Array.from({ length: 7 }, () => 'denied');

const attributed = (role: string) => ({ attributes: { 'forescrow.role': role } });
const GATEWAY = { name: 'gateway', units: ['client'], ...attributed('gateway') };

interface Kind {
  readonly certificate: IdentityRequest;
  readonly expected: readonly string[];
}
const KINDS: { readonly [kind: string]: Kind } = {
  'gateway, by attribute': { certificate: GATEWAY, expected: EVERYTHING },
  'worker, by attribute': { certificate: { ...GATEWAY, ...attributed('worker') }, expected: EVERYTHING },
  'admin, by attribute': { certificate: { ...GATEWAY, ...attributed('admin') }, expected: EVERYTHING },
  'registrar, by attribute': {
    certificate: { ...GATEWAY, ...attributed('registrar') },
    // What it may not give is refused in the list; private questions are refused as a whole.
    expected: ['ok', 'NOTHING_WRITTEN', 'ok', 'ok', 'ok', 'ok', 'WRONG_ROLE'],
  },
  'client of another attribute': {
    certificate: { ...GATEWAY, ...attributed('auditor') },
    expected: PUBLIC_ROWS,
  },
  'client whose attribute is a prototype name': {
    certificate: { ...GATEWAY, ...attributed('constructor') },
    expected: PUBLIC_ROWS,
  },
  'client whose attribute is empty': {
    certificate: { ...GATEWAY, ...attributed('') },
    expected: PUBLIC_ROWS,
  },
  'client in another case': { certificate: { ...GATEWAY, ...attributed('Gateway') }, expected: PUBLIC_ROWS },
  'client without the attribute': {
    certificate: { name: 'gateway', units: ['client'], attributes: { 'hf.Type': 'client' } },
    expected: PUBLIC_ROWS,
  },
  'client without attributes': { certificate: { name: 'x', units: ['client'] }, expected: PUBLIC_ROWS },
  'admin by organisational unit alone': {
    certificate: { name: 'x', units: ['admin'] },
    expected: PUBLIC_ROWS,
  },
  'peer with a gateway attribute': { certificate: { ...GATEWAY, units: ['peer'] }, expected: NOTHING },
  'orderer with a gateway attribute': { certificate: { ...GATEWAY, units: ['orderer'] }, expected: NOTHING },
  'certificate of no unit': { certificate: { ...GATEWAY, units: [] }, expected: NOTHING },
  'certificate of two units': { certificate: { ...GATEWAY, units: ['client', 'peer'] }, expected: NOTHING },
  'expired certificate': {
    certificate: { ...GATEWAY, notAfter: new Date(Date.now() - 3_600_000) },
    expected: NOTHING,
  },
};

describe('authority of certificates', function () {
  this.timeout(60_000);
  let consortium: EngineConsortium;
  let runner: InProcessRunner;
  before(async () => {
    consortium = await openConsortium();
    runner = new InProcessRunner(await chaincodeContracts());
  });
  after(() => consortium.close());

  for (const [kind, { certificate, expected }] of Object.entries(KINDS)) {
    it(`${kind}: ${[...new Set(expected)].join(', ')}`, async () => {
      const identity = await consortium.network.organisation(BANK_A).issue(certificate);
      expect(await everyFunction(identity)).to.deep.equal(expected);
    });
  }

  it('a certificate of the same name from a foreign authority: denied', async () => {
    const foreign = await (await makeOrganisation(BANK_A)).issue(GATEWAY);
    expect(await everyFunction(foreign)).to.deep.equal(NOTHING);
  });

  it('a certificate of an organisation outside the channel: denied', async () => {
    const outsider = await (await makeOrganisation('BankCMSP')).issue(GATEWAY);
    expect(await everyFunction(outsider)).to.deep.equal(NOTHING);
  });

  it('a genuine certificate under another member’s name: denied', async () => {
    const identity = await consortium.network.organisation('BankBMSP').issue(GATEWAY);
    expect(await everyFunction({ ...identity, mspId: BANK_A })).to.deep.equal(NOTHING);
  });

  it('a revoked certificate: denied, its neighbour not', async () => {
    const organisation = consortium.network.organisation(BANK_A);
    const [revoked, other] = [await organisation.issue(GATEWAY), await organisation.issue(GATEWAY)];
    const revocationListsPem = [await organisation.revoke([revoked])];
    const { config, store } = consortium.network;
    const organisations = config.organisations.map((member) =>
      member.msp.mspId === BANK_A ? { ...member, msp: { ...member.msp, revocationListsPem } } : member,
    );
    const engine = await openEngine({ ...config, organisations }, store);
    expect(await everyFunction(revoked, engine)).to.deep.equal(NOTHING);
    expect(await everyFunction(other, engine)).to.deep.equal(EVERYTHING);
  });

  for (const name of ['own', 'tryOwn', 'privately'] as const) {
    it(`${FUNCTIONS[name]}: only the owner, only at its own peer, only for itself`, async () => {
      const allowed: string[] = [];
      for (const sender of MEMBERS) {
        const identity = (await consortium.client(sender)).identity;
        for (const owner of [...MEMBERS, 'constructor', '__proto__', '', null]) {
          for (const peer of MEMBERS) {
            const outcome = await outcomeOf(identity, name, { owner, peer });
            if (outcome === 'ok') allowed.push([sender, owner, peer].join(' '));
            else if (sender !== owner) expect(outcome).to.equal('WRONG_ORGANISATION');
            else expect(outcome).to.equal('failed');
          }
        }
      }
      expect(allowed).to.deep.equal(MEMBERS.map((msp) => `${msp} ${msp} ${msp}`));
    });
  }

  async function everyFunction(identity: MadeIdentity, engine: Engine = consortium.network.engine) {
    const row: string[] = [];
    for (const name of NAMES)
      row.push(await outcomeOf(identity, name, { owner: BANK_A, peer: BANK_A, engine }));
    return row;
  }

  async function outcomeOf(
    identity: MadeIdentity,
    name: Function,
    at: { readonly owner: string | null; readonly peer: string; readonly engine?: Engine },
  ): Promise<string> {
    const { args, secrets } = requestOf(name);
    const transient = { ...secrets, ...(at.owner === null ? {} : { owner: at.owner }) };
    const { signed } = consortium.network.propose(asClient(identity), FUNCTIONS[name], args, { transient });
    const engine = at.engine ?? consortium.network.engine;
    try {
      const request = { mspId: at.peer, signedProposal: signed, runner };
      const response = (await engine.processProposal(request)).getResponse();
      if (response?.getStatus() === 200) return 'ok';
      return parseViolation(response?.getMessage() ?? '')?.code ?? 'failed';
    } catch (error) {
      expect(String(error)).to.match(/access denied|creator|identity|certificate|policy/i);
      return 'denied';
    }
  }
});

/** A question that every organisation can answer about itself. */
const USED_INTENT_QUESTION = canonicalJson({
  about: 'usedIntent',
  intent: 'intent_0123456789abcdef',
  person: 'person_0123456789abcdef',
});

function requestOf(name: Function): {
  readonly args: readonly string[];
  readonly secrets: { readonly [name: string]: string };
} {
  const notes = [{ bank: '99', msp: 'BankCMSP' }];
  const commands = listText([machine('trustBanks', { banks: notes })]);
  const agreement = listText([machine('closePayments', { deal: 'deal_0123456789abcdef' })]);
  const args: { readonly [F in Function]: readonly string[] } = {
    agree: [agreement],
    own: [],
    tryOwn: [],
    rows: ['["parameters"]'],
    list: ['bank', ''],
    deal: ['deal_0123456789abcdef'],
    privately: [],
  };
  return { args: args[name], secrets: { commands, query: USED_INTENT_QUESTION } };
}
