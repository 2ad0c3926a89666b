// Nobody but a bank's own members learns a balance, whatever peer is asked and by whatever call.
import { expect } from 'chai';
import { canonicalJson } from '../../chaincode/protocol/canonical-json.js';
import { FUNCTIONS } from '../../chaincode/protocol/commands.js';
import { type BalanceView, type PrivateQuery } from '../../chaincode/protocol/queries.js';
import { EndorsementRefused, type RequestOptions } from '../support/test-ledger.js';
import { BANK_A, BANK_B, COURIER, MARKETPLACE, listText } from '../support/member-access.js';
import { present, type TestConsortium } from '../support/test-consortium.js';
import { changesNothing } from './colluding-members.js';
import type { AttackGround } from './attack-ground.js';

const MONEY = '77700000';
/** A peer outside the collection says so, or that there is nothing if many keys are asked for at once. */
const NOTHING_THERE = /^(GET_STATE failed: .*private data|NO_SECRET)/;
const OTHERS = [MARKETPLACE, BANK_B, COURIER];

export function describeForeignQuestions(ground: AttackGround): void {
  describe("attack: others ask for what only a bank's own members may know", () => {
    let consortium: TestConsortium;
    let account: string;
    let link: string;
    before(async () => {
      consortium = await ground.open();
      ({ account, link } = present(
        (await consortium.newClient('nora', { [BANK_A]: MONEY })).accounts[BANK_A],
      ));
    });
    after(() => ground.close(consortium));

    const questions = (): PrivateQuery[] => [
      { about: 'balance', account },
      { about: 'statement', account },
      { about: 'trialBalance' },
      { about: 'exposures' },
      { about: 'link', link },
    ];

    /** The refusal of a call that must not be answered, with nothing in it that the owner knows. */
    async function refusal(call: Promise<unknown>): Promise<string> {
      try {
        await call;
      } catch (error) {
        if (!(error instanceof EndorsementRefused)) throw error;
        expect(error.message).not.to.include(account).and.not.to.include(MONEY);
        return error.message;
      }
      throw new Error('it was answered');
    }

    async function asked(sender: string, peer: string, named: string, query: PrivateQuery): Promise<string> {
      const transient = { owner: named, query: canonicalJson(query) };
      const client = await consortium.client(sender);
      return refusal(consortium.network.evaluate(client, peer, FUNCTIONS.privately, [], { transient }));
    }

    it("by evaluate at the owner's own peer, in the owner's name: refused before anything is read", async () => {
      for (const sender of OTHERS) {
        for (const query of questions()) {
          expect(await asked(sender, BANK_A, BANK_A, query), sender).to.match(/^WRONG_ORGANISATION/);
        }
      }
    });

    it("by evaluate in one's own name: no peer that endorses for another bank has it", async () => {
      for (const peer of [BANK_A, BANK_B]) {
        const message = await asked(BANK_B, peer, BANK_B, { about: 'balance', account });
        expect(message, peer).to.match(peer === BANK_B ? /^NO_ACCOUNT/ : NOTHING_THERE);
      }
    });

    it('without naming an owner, or naming two: refused', async () => {
      const client = await consortium.client(BANK_B);
      const query = canonicalJson({ about: 'trialBalance' });
      for (const transient of [{ query }, { query, owner: '' }, { query, owner: `${BANK_B},${BANK_A}` }]) {
        const call = consortium.network.evaluate(client, BANK_A, FUNCTIONS.privately, [], { transient });
        expect(await refusal(call)).to.match(/^WRONG_ORGANISATION/);
      }
    });

    it("by endorse at the owner's own peer, alone or with others: no signed answer, nothing written", async () => {
      const transient = { owner: BANK_A, query: canonicalJson({ about: 'balance', account }) };
      await changesNothing(consortium, async () => {
        for (const sender of OTHERS) {
          for (const endorsers of [[BANK_A], [BANK_A, sender]]) {
            const call = endorsed(sender, FUNCTIONS.privately, { transient, endorsers });
            expect(await refusal(call), sender).to.match(/^WRONG_ORGANISATION/);
          }
        }
      });
    });

    it("by trying the owner's commands at the owner's peer: a payment that tells the balance", async () => {
      const withdrawal = consortium.signed(
        consortium.operatorOf(BANK_A),
        'withdraw',
        { bank: '10', account, amount: '77700001', currency: 'RUB' },
        { params: { operation: 'operation_0123456789abcdef' } },
      );
      const transient = { owner: BANK_A, commands: listText([withdrawal]) };
      for (const sender of OTHERS) {
        const client = await consortium.client(sender, 'worker');
        for (const fn of [FUNCTIONS.tryOwn, FUNCTIONS.own]) {
          const call = consortium.network.evaluate(client, BANK_A, fn, [], { transient });
          expect(await refusal(call), sender).to.match(/^WRONG_ORGANISATION/);
        }
      }
    });

    it("by a certificate of the owner that is no machine's: refused", async () => {
      const stranger = await consortium.network.client(BANK_A, 'somebody');
      const transient = { owner: BANK_A, query: canonicalJson({ about: 'balance', account }) };
      const call = consortium.network.evaluate(stranger, BANK_A, FUNCTIONS.privately, [], { transient });
      expect(await refusal(call)).to.match(/^WRONG_ROLE/);
    });

    it("the owner's own gateway is answered", async () => {
      const balance = await consortium.privately<BalanceView>(BANK_A, { about: 'balance', account });
      expect(balance).to.include({ available: MONEY, held: '0' });
    });

    async function endorsed(sender: string, fn: string, options: RequestOptions): Promise<unknown> {
      return consortium.network.submit(await consortium.client(sender), fn, [], options);
    }
  });
}
