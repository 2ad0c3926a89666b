// What must be true of acknowledged payments afterwards: at every member's peer, in the books, in the blocks.
import { expect } from 'chai';
import { marketplaceOf, memberByMspId } from '../../network/consortium.js';
import { organisationTree } from '../../network/identity/layout.js';
import { peerBlocks } from '../../audit/peer-blocks.js';
import { verifyBlocks, type VerifyReport } from '../../audit/verify.js';
import type { DealPlay } from '../support/deal-play.js';
import { BANK_A } from '../support/member-access.js';
import type { WireGround } from '../support/wire-ground.js';
import type { ClientConsortium } from '../support/client-consortium.js';
import { present } from '../support/test-consortium.js';
import { auditBlocks, commandName } from './ledger-audit.js';
import type { PaymentStream } from './payment-stream.js';

/** Every acknowledged payment is final, once; the payer's holds are their sum; his bank's verify passes. */
export async function expectPaymentsWhole(
  consortium: ClientConsortium,
  stream: PaymentStream,
): Promise<void> {
  const payments = await Promise.all(stream.paid.map((deal) => heldPaymentOf(consortium, deal)));
  const held = payments.reduce((sum, { amount, fee }) => sum + BigInt(amount) + BigInt(fee), 0n);
  const { account } = present(consortium.alice.accounts[BANK_A]);
  expect((await consortium.balance(BANK_A, account)).held).to.equal(held.toString());
  const { blocks } = await expectVerified(consortium.ground, BANK_A);
  await expectOnceInBlocks(consortium, stream, blocks - 1);
}

async function heldPaymentOf(consortium: ClientConsortium, deal: DealPlay) {
  const { phase, payments } = await consortium.deal(deal.id);
  expect(phase?.status, deal.id).to.equal('paid');
  const [payment] = payments;
  expect(payments.length, deal.id).to.equal(1);
  expect([payment?.row.status, payment?.attested], deal.id).to.deep.equal(['held', true]);
  return present(payment).row;
}

async function expectOnceInBlocks(
  { ground }: ClientConsortium,
  { paid }: PaymentStream,
  newest: number,
): Promise<void> {
  const { chaincode } = ground.consortium;
  const blocks = await ground.blocks(0, newest);
  const { done } = auditBlocks(blocks, chaincode.name);
  for (const deal of paid) {
    const { id } = present(deal.payments[0]);
    const commands = [
      commandName('buy', deal.id),
      commandName('submitPayment', id),
      commandName('answerPayment', id),
    ];
    expect(
      commands.map((name) => done.get(name)?.length ?? 0),
      deal.id,
    ).to.deep.equal([1, 1, 1]);
  }
}

/** A member finds nothing by its own peer, with its own private values and books. */
export async function expectVerified(ground: WireGround, mspId: string): Promise<VerifyReport> {
  const report = await verifiedBy(ground, mspId);
  expect(report.findings.slice(0, 3), mspId).to.deep.equal([]);
  expect(report.ok, mspId).to.equal(true);
  return report;
}

function verifiedBy(ground: WireGround, mspId: string): Promise<VerifyReport> {
  const { channel, chaincode } = ground.consortium;
  const marketplace = marketplaceOf(ground.consortium).mspId;
  const blocks = deliveredTo(ground, channel, mspId);
  return verifyBlocks({ channel, chaincode: chaincode.name, marketplace, mspId, blocks });
}

function deliveredTo(ground: WireGround, channel: string, mspId: string) {
  const member = memberByMspId(ground.consortium, mspId);
  const { signing } = organisationTree(ground.folder.organizations, member).users.Gateway;
  const address = present(ground.addresses.members.find((each) => each.mspId === mspId));
  return peerBlocks({ channel, address, signing, privately: true });
}
