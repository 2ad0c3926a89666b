// Transactions with a forged creator or endorsement, or sent twice, end with Fabric's codes and change nothing.
import { expect } from 'chai';
import { common, peer } from '@hyperledger/fabric-protos';
import { FUNCTIONS } from '../../chaincode/protocol/commands.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import { buy, type DealPlay } from '../support/deal-play.js';
import type { PreparedTransaction } from '../support/in-process-ledger.js';
import { EndorsementRefused, OrderingRefused } from '../support/test-ledger.js';
import { BANK_A, BANK_B, COURIER, MARKETPLACE, listText } from '../support/member-access.js';
import { asClient, assemble, signEnvelope, type Client } from '../support/proposals.js';
import { present, type TestConsortium } from '../support/test-consortium.js';
import { ColludingMembers, FORGE, changesNothing } from './colluding-members.js';
import type { AttackGround } from './attack-ground.js';

const Code = peer.TxValidationCode;
/** A Byzantine fault tolerant ordering service remembers what it has ordered a short while ago. */
const ALREADY = /^status=SERVICE_UNAVAILABLE.* request already (exists|processed)/;
const ALREADY_THERE = 'already there';

export function describeForgedEnvelopes(ground: AttackGround): void {
  describe('attack: forged and replayed envelopes', () => {
    let consortium: TestConsortium;
    let deal: DealPlay;
    let payment: string;
    before(async () => {
      consortium = await ground.open();
    });
    beforeEach(async () => {
      deal = await buy(consortium, { offer: await consortium.listOffer() });
      payment = await deal.submit(BANK_A, '500000');
      await consortium.run(deal.admit(payment));
    });
    after(() => ground.close(consortium));

    const answer = () => consortium.endorse(deal.answer(payment, 'yes'));

    /** The altered payload signed by that client and ordered; its validity code. */
    async function ordered(payload: common.Payload, signer: Client): Promise<number> {
      const [code] = await consortium.network.orderEnvelopes([
        signEnvelope(signer, payload.serializeBinary()),
      ]);
      return present(code);
    }

    describe('a forged creator', () => {
      it("the bank's name over another member's certificate or key: no peer answers", async () => {
        const worker = await consortium.client(BANK_A, 'worker');
        const other = await consortium.client(BANK_B, 'worker');
        const request = {
          transient: { owner: BANK_A, commands: listText([deal.answer(payment, 'yes').command]) },
        };
        const denied = 'error validating proposal: access denied: channel [escrow] creator org';
        await changesNothing(consortium, async () => {
          for (const [forged, words] of [
            [asClient({ ...other.identity, mspId: BANK_A }), 'unknown, creator is malformed'],
            [asClient({ ...worker.identity, keyPem: other.identity.keyPem }), `[${BANK_A}]`],
            [asClient({ ...worker.identity, mspId: 'BankCMSP' }), 'unknown, creator is malformed'],
          ] as const) {
            const asked = consortium.network.submit(forged, FUNCTIONS.own, [], {
              ...request,
              endorsers: [BANK_A],
            });
            expect(await refusal(asked)).to.equal(`${denied} ${words}`);
          }
        });
      });

      it("the bank's endorsed answer signed by another: FORBIDDEN, or 8 if he names himself", async () => {
        const prepared = await answer();
        const other = await consortium.client(BANK_B, 'worker');
        await changesNothing(consortium, async () => {
          const resigned = signEnvelope(other, prepared.envelope.getPayload_asU8());
          expect(await refusal(consortium.network.orderEnvelopes([resigned]))).to.match(/^status=FORBIDDEN/);
          const payload = payloadOf(prepared);
          const header = common.SignatureHeader.deserializeBinary(
            payload.getHeader()?.getSignatureHeader_asU8() ?? new Uint8Array(),
          );
          header.setCreator(other.signer.creator);
          payload.getHeader()?.setSignatureHeader(header.serializeBinary());
          expect(await ordered(payload, other)).to.equal(Code.BAD_PROPOSAL_TXID);
        });
      });
    });

    describe('a forged endorsement', () => {
      const own = () => consortium.client(BANK_A, 'worker');

      it('none, the same twice, or with a signature of other bytes: 10', async () => {
        const forgeries: ((action: peer.ChaincodeEndorsedAction) => void)[] = [
          (action) => action.clearEndorsementsList(),
          (action) => action.getEndorsementsList()[0]?.setSignature(Buffer.from('not a signature')),
        ];
        for (const forge of forgeries) {
          const payload = changed(await answer(), forge);
          await changesNothing(consortium, async () => {
            expect(await ordered(payload, await own())).to.equal(Code.ENDORSEMENT_POLICY_FAILURE);
          });
        }
        const step = deal.submission(BANK_B, '740000');
        const twice = changed(await consortium.endorse(await step), (action) => {
          const [first] = action.getEndorsementsList();
          if (first) action.setEndorsementsList([first, first]);
        });
        await changesNothing(consortium, async () => {
          const gateway = await consortium.client(MARKETPLACE);
          expect(await ordered(twice, gateway)).to.equal(Code.ENDORSEMENT_POLICY_FAILURE);
        });
      });

      it("the owner's name over another peer's signature, or over a client's: 10", async () => {
        const signers = [
          asClient({ ...consortium.network.peerIdentity(BANK_B), mspId: BANK_A }),
          asClient(consortium.network.peerIdentity(BANK_B)),
          await own(),
        ];
        for (const { signer } of signers) {
          const payload = changed(await answer(), (action) => {
            const [endorsement] = action.getEndorsementsList();
            endorsement?.setEndorser(signer.creator);
            const response = action.getProposalResponsePayload_asU8();
            endorsement?.setSignature(signer.sign(Buffer.concat([response, signer.creator])));
          });
          await changesNothing(consortium, async () => {
            expect(await ordered(payload, await own())).to.equal(Code.ENDORSEMENT_POLICY_FAILURE);
          });
        }
      });

      it("another transaction's endorsement by the owner under a forged payment: 10", async () => {
        const genuine = await answer();
        const attackers = await ColludingMembers.in(ground, consortium, [MARKETPLACE, COURIER]);
        const client = await consortium.client(MARKETPLACE);
        const forgery = JSON.stringify([['put', rowKey('payment', deal.id, payment), '{}']]);
        const request = consortium.network.propose(client, FORGE, [forgery]);
        const responses = [
          await consortium.network.askPeer(MARKETPLACE, request.signed),
          await consortium.network.askPeer(COURIER, request.signed),
        ];
        const payload = changed(assemble(client, request, responses), (action) => {
          const borrowed = genuine.responses[0]?.getEndorsement();
          if (borrowed) action.addEndorsements(borrowed);
        });
        await changesNothing(consortium, async () => {
          expect(await ordered(payload, client)).to.equal(Code.ENDORSEMENT_POLICY_FAILURE);
        });
        await attackers.end();
      });

      it('the result changed after the endorsement: 10; the arguments changed: 5', async () => {
        const result = changed(await answer(), (action) => {
          const response = peer.ProposalResponsePayload.deserializeBinary(
            action.getProposalResponsePayload_asU8(),
          );
          const content = peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8());
          content.getResponse()?.setPayload(Buffer.from('[]'));
          response.setExtension$(content.serializeBinary());
          action.setProposalResponsePayload(response.serializeBinary());
        });
        const step = await deal.submission(BANK_B, '740000');
        const otherArguments = changed(await consortium.endorse(step), (_action, payload) => {
          const bytes = Buffer.concat([payload.getChaincodeProposalPayload_asU8(), Buffer.of(0)]);
          payload.setChaincodeProposalPayload(bytes);
        });
        await changesNothing(consortium, async () => {
          expect(await ordered(result, await own())).to.equal(Code.ENDORSEMENT_POLICY_FAILURE);
          const gateway = await consortium.client(MARKETPLACE);
          expect(await ordered(otherArguments, gateway)).to.equal(Code.INVALID_ENDORSER_TRANSACTION);
        });
      });
    });

    describe('a replayed envelope', () => {
      it('at once or later is a duplicate, in a block or before it: the money is held once', async () => {
        const { envelope } = await answer();
        expect(await codesOrRefusal([envelope, envelope])).to.be.oneOf(['0,9', ALREADY_THERE]);
        await changesNothing(consortium, async () => {
          expect(await codesOrRefusal([envelope])).to.be.oneOf(['9', ALREADY_THERE]);
        });
        expect((await consortium.payment(deal.id, payment))?.status).to.equal('held');
      });

      it('its proposal asked again is a duplicate at the peer; its command in a new one is repeated', async () => {
        const step = deal.markPaid();
        const client = await consortium.client(MARKETPLACE);
        const request = consortium.network.propose(client, FUNCTIONS.agree, [
          listText([deal.purchase.command]),
        ]);
        const peers = [MARKETPLACE, BANK_B];
        const responses = await Promise.all(
          peers.map((msp) => consortium.network.askPeer(msp, request.signed)),
        );
        expect((await consortium.network.order(assemble(client, request, responses))).code).to.equal(
          Code.VALID,
        );
        await changesNothing(consortium, async () => {
          const again = consortium.network.askPeer(BANK_B, request.signed);
          expect(await refusal(again)).to.match(/^duplicate transaction found/);
          const repeated = await consortium.attempt(deal.purchase);
          expect(repeated).to.include({ ok: true, repeated: true });
          expect(await consortium.attempt(step)).to.include({ ok: false, code: 'NOT_FULL' });
        });
      });
    });

    /** Validity codes of envelopes that may be replays; an ordering service of many may know them by itself. */
    async function codesOrRefusal(envelopes: readonly common.Envelope[]): Promise<string> {
      try {
        return (await consortium.network.orderEnvelopes(envelopes)).join();
      } catch (error) {
        if (error instanceof OrderingRefused && ALREADY.test(error.message)) return ALREADY_THERE;
        throw error;
      }
    }
  });
}

function payloadOf({ envelope }: PreparedTransaction): common.Payload {
  return common.Payload.deserializeBinary(envelope.getPayload_asU8());
}

type Change = (action: peer.ChaincodeEndorsedAction, payload: peer.ChaincodeActionPayload) => void;

/** The transaction's payload after a change of its one action. */
function changed(prepared: PreparedTransaction, change: Change): common.Payload {
  const payload = payloadOf(prepared);
  const transaction = peer.Transaction.deserializeBinary(payload.getData_asU8());
  const [action] = transaction.getActionsList();
  const content = peer.ChaincodeActionPayload.deserializeBinary(
    action?.getPayload_asU8() ?? new Uint8Array(),
  );
  const endorsed = content.getAction();
  if (action === undefined || endorsed === undefined) throw new Error('no action to change');
  change(endorsed, content);
  action.setPayload(content.serializeBinary());
  payload.setData(transaction.serializeBinary());
  return payload;
}

async function refusal(asked: Promise<unknown>): Promise<string> {
  try {
    await asked;
  } catch (error) {
    const known = [EndorsementRefused, OrderingRefused];
    if (error instanceof Error && known.some((kind) => error instanceof kind)) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}
