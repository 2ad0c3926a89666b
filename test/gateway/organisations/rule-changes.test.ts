// The rules of the channel at the doors of its members, on a real ledger: the marketplace sets its commission and
// proposes, others accept, the worker applies; and who may not.
import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../../gateway/clock.js';
import type { Operation } from '../../../gateway/protocol/api/forms.js';
import type { ParametersInfo } from '../../../gateway/protocol/api/parameters.js';
import {
  acceptParameters,
  proposeParameters,
  setCommission,
  withdrawParameters,
} from '../../../gateway/sdk/commands/parameters.js';
import { AcceptedParameters } from '../../../gateway/worker/accepted-parameters.js';
import { workerSubmitter } from '../../../gateway/worker/submitter.js';
import { ClientConsortium } from '../../support/client-consortium.js';
import { BANK_A, COURIER, MARKETPLACE } from '../../support/member-access.js';
import { changedSettings, settingsOf } from '../../support/parameters.js';
import { present } from '../../support/test-consortium.js';
import { WireGround } from '../../support/wire-ground.js';
import { silentLog } from '../support/silent-log.js';
import { atStaffedDoors, type SignedInCaller, type StaffedDoor } from '../support/staffed-doors.js';

const START_LIMIT_MS = 180_000;
const APPLIED_WITHIN_MS = 60_000;
const PATH = '/api/v1/parameters';

type Request = Parameters<ClientConsortium['asked']>[1];

describe('the rules of the channel at the web doors', function () {
  this.timeout(START_LIMIT_MS);
  let consortium: ClientConsortium;
  before(async () => {
    consortium = await ClientConsortium.open(await WireGround.start(3_000));
  });
  after(() => consortium.close());

  interface At {
    readonly door: StaffedDoor;
    readonly caller: SignedInCaller;
  }

  async function answer(at: At, path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${at.door.web.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${at.caller.token}`, 'content-type': 'application/json' },
    });
  }

  const shown = async (at: At): Promise<ParametersInfo> =>
    (await (await answer(at, PATH)).json()) as ParametersInfo;

  /** How the signed command ended: `done`, or the code of what was in its way. */
  async function give(at: At, [method, path]: readonly [string, string], request: Request): Promise<string> {
    const { intent } = consortium.asked(at.caller.person, request);
    const body = JSON.stringify({ intent });
    const response = await answer(at, path, { method, body });
    const said = (await response.json()) as Partial<Operation> & { readonly code?: string };
    return said.code ?? said.status ?? String(response.status);
  }

  const COMMISSION = ['PUT', `${PATH}/commission`] as const;
  const PROPOSAL = ['POST', `${PATH}/proposal`] as const;
  const WITHDRAWAL = ['POST', `${PATH}/proposal/withdrawal`] as const;
  const ACCEPTANCE = ['POST', `${PATH}/proposal/acceptance`] as const;

  function at(doors: readonly StaffedDoor[], kind: StaffedDoor['kind'], name: string): At {
    const door = present(doors.find((each) => each.kind === kind));
    return { door, caller: present(door.callers.find((caller) => caller.name === name)) };
  }

  it('commission at once; all else by a proposal that others accept and a worker applies when it is due', () =>
    atStaffedDoors(consortium, async (doors) => {
      const market = at(doors, 'marketplace', 'administrator');
      const [bank, courier] = [at(doors, 'bank', 'administrator'), at(doors, 'courier', 'administrator')];
      const first = await shown(market);
      expect(first).to.deep.include({ version: 1, quorum: 2, proposal: null, commissionBasisPoints: 500 });
      expect(first.settings).to.deep.equal(await settingsOf(consortium));

      expect(await give(market, COMMISSION, setCommission({ commissionBasisPoints: 1_501 }))).to.equal(
        'COMMISSION_CAP',
      );
      expect(await give(market, COMMISSION, setCommission({ commissionBasisPoints: 450 }))).to.equal('done');
      expect(await shown(bank)).to.include({ version: 1, commissionBasisPoints: 450 });

      const settings = await changedSettings(consortium, { commissionCapBasisPoints: 400 });
      const proposing = proposeParameters({ replaces: 1, settings });
      expect(await give(market, PROPOSAL, proposing)).to.equal('done');
      const open = present((await shown(bank)).proposal);
      expect(open).to.deep.include({ number: 1, status: 'proposed', settings, voices: [], dueAt: null });
      const accepting = acceptParameters(open);
      expect(await give(at(doors, 'bank', 'operator'), ACCEPTANCE, accepting)).to.equal('FORBIDDEN');
      expect(await give(market, ACCEPTANCE, accepting)).to.equal('NO_ROUTE');
      expect(await give(bank, ACCEPTANCE, accepting)).to.equal('done');
      expect(await give(bank, ACCEPTANCE, acceptParameters(open))).to.equal('EXISTS');
      expect(await give(courier, ACCEPTANCE, acceptParameters(open))).to.equal('done');
      const accepted = present((await shown(market)).proposal);
      expect(accepted.voices.map(({ member }) => member)).to.deep.equal([BANK_A, COURIER]);
      expect([accepted.status, accepted.dueAt]).to.deep.equal([
        'accepted',
        present(accepted.voices[1]).at + 7_000,
      ]);

      await untilApplied(present(accepted.dueAt));
      const after = await shown(courier);
      expect(after).to.deep.include({ version: 2, settings, commissionBasisPoints: 400 });
      expect(after.proposal).to.include({ number: 1, status: 'applied' });
      expect(await give(market, PROPOSAL, proposeParameters({ replaces: 1, settings }))).to.equal(
        'PARAMETERS_CHANGED',
      );
    }));

  it('the marketplace withdraws what is not in force yet; no member accepts it any more', () =>
    atStaffedDoors(consortium, async (doors) => {
      const market = at(doors, 'marketplace', 'administrator');
      const bank = at(doors, 'bank', 'administrator');
      const { version, settings } = await shown(market);
      expect(await give(market, PROPOSAL, proposeParameters({ replaces: version, settings }))).to.equal(
        'done',
      );
      const open = present((await shown(bank)).proposal);
      const { number } = open;
      expect(await give(bank, WITHDRAWAL, withdrawParameters({ number }))).to.equal('NO_ROUTE');
      expect(await give(market, WITHDRAWAL, withdrawParameters({ number: number + 1 }))).to.equal(
        'PROPOSAL_CHANGED',
      );
      expect(await give(market, WITHDRAWAL, withdrawParameters({ number }))).to.equal('done');
      expect((await shown(bank)).proposal).to.include({ number, status: 'withdrawn' });
      expect(await give(bank, ACCEPTANCE, acceptParameters(open))).to.equal('WRONG_STATE');
    }));

  /** The marketplace's own worker, as its gateway runs it. */
  async function untilApplied(dueAt: number): Promise<void> {
    const stopping = new AbortController();
    const { signal } = stopping;
    const ledger = consortium.ledger(MARKETPLACE);
    const submitter = workerSubmitter(ledger, signal);
    const means = { mspId: MARKETPLACE, ledger, submitter, clock: systemClock, log: silentLog, signal };
    new AcceptedParameters(means).look();
    const givenUpAt = Date.now() + APPLIED_WITHIN_MS;
    for (;;) {
      const { status } = present(await consortium.row('parametersProposal'));
      if (status === 'applied') break;
      expect(Date.now(), 'it was never applied').to.be.lessThan(givenUpAt);
      await pause(200);
    }
    expect(Date.now()).to.be.at.least(dueAt);
    stopping.abort(new Error('the test is over'));
  }
});
