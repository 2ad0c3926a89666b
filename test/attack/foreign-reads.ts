// A bank's own peer gives its private rows to the bank's own members alone, even past the chaincode.
import { expect } from 'chai';
import { collectionOf } from '../../chaincode/protocol/attestation.js';
import { BANK_A, BANK_B, COURIER, MARKETPLACE } from '../support/member-access.js';
import { refusalOf } from '../support/refusals.js';
import type { TestConsortium } from '../support/test-consortium.js';
import { ColludingMembers, FORGE, PEEK, changesNothing } from './colluding-members.js';
import type { AttackGround } from './attack-ground.js';

const OTHERS = [MARKETPLACE, BANK_B, COURIER];
/** Of all of a bank's rows the one that hides the keys of the others. */
const SECRET = 'secret';
const NO_READER = /^GET_STATE failed: .*tx creator does not have read access permission on privatedata/;
const NO_WRITER = /^PUT_STATE failed: .*tx creator does not have write access permission on privatedata/;

export function describeForeignReads(ground: AttackGround): void {
  describe("attack: others at the doors of a bank's own peer, past the chaincode", () => {
    let consortium: TestConsortium;
    before(async () => {
      consortium = await ground.open();
    });
    after(() => ground.close(consortium));

    /** What the chaincode keeps in private; Fabric's own lifecycle keeps its approvals in implicit collections. */
    async function streamed(
      reader: string,
      bank: string,
    ): Promise<{ blocks: number; rows: readonly string[] }> {
      const { blocks, rows } = await consortium.network.deliverPrivately(
        await consortium.client(reader),
        bank,
      );
      return { blocks, rows: rows.filter((row) => row.startsWith(`${consortium.network.chaincode}/`)) };
    }

    for (const bank of [BANK_A, BANK_B]) {
      it(`streaming ${bank}'s blocks with private data: its own client gets its rows, others not one`, async () => {
        const own = await streamed(bank, bank);
        const collection = `${consortium.network.chaincode}/${collectionOf(bank)}`;
        expect(own.rows).to.include(`${collection}/${SECRET}`);
        expect(own.rows.filter((row) => !row.startsWith(`${collection}/`))).to.deep.equal([]);
        for (const other of [...OTHERS, BANK_A].filter((msp) => msp !== bank)) {
          expect(await streamed(other, bank), other).to.deep.equal({ blocks: own.blocks, rows: [] });
        }
      });
    }

    describe("with altered chaincode at every member's peer, the bank's included", () => {
      let altered: ColludingMembers;
      before(async () => {
        altered = await ColludingMembers.in(ground, consortium, [MARKETPLACE, BANK_A, BANK_B, COURIER]);
      });
      after(() => altered.end());

      it('reading a row: the peer itself refuses a stranger, wherever he asks; the owner has it', async () => {
        const peek = async (msp: string, at: string) =>
          consortium.network.evaluate(await consortium.client(msp), at, PEEK, [BANK_A, SECRET]);
        for (const other of OTHERS) {
          for (const at of [BANK_A, other]) expect(await refusalOf(peek(other, at))).to.match(NO_READER);
        }
        expect((await peek(BANK_A, BANK_A)).toString('utf8')).to.include('"v":1');
      });

      it('writing a row: the peer itself refuses a stranger, wherever he asks', async () => {
        const forgery = JSON.stringify([['seal', BANK_A, SECRET, '{}']]);
        await changesNothing(consortium, async () => {
          for (const other of OTHERS) {
            const client = await consortium.client(other);
            for (const at of [BANK_A, other]) {
              const asked = consortium.network.endorse(client, FORGE, [forgery], { endorsers: [at] });
              expect(await refusalOf(asked)).to.match(NO_WRITER);
            }
          }
        });
      });
    });
  });
}
