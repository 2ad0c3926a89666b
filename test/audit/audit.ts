// Consortia in process whose deals have ended in every way, and what verify finds in their blocks, whole or altered.
import { common, type ledger } from '@hyperledger/fabric-protos';
import type { DeliveredBlock } from '../../audit/delivered-block.js';
import type { CheckName } from '../../audit/findings.js';
import { verifyBlocks, type VerifyReport } from '../../audit/verify.js';
import { buy } from '../support/deal-play.js';
import type { InProcessLedger } from '../support/in-process-ledger.js';
import { BANK_A, MARKETPLACE, owned, type MemberAccess } from '../support/member-access.js';
import { openConsortium, present, type EngineConsortium } from '../support/test-consortium.js';

/** A completed deal, and one given back after it expired, with a rejected and a late payment. */
export async function playedConsortium(): Promise<EngineConsortium> {
  const consortium = await openConsortium();
  const offer = await consortium.listOffer();
  await (await buy(consortium, { offer })).playTo('completed');
  await playExpired(consortium, offer);
  return consortium;
}

async function playExpired(consortium: EngineConsortium, offer: string): Promise<void> {
  const deal = await buy(consortium, { offer });
  const held = await deal.pay(BANK_A, '500000');
  const refused = await deal.submit(BANK_A, '400000');
  await consortium.run(deal.admit(refused), deal.answer(refused, 'no'));
  const silent = await deal.submit(BANK_A, '400000');
  await consortium.run(deal.admit(silent));
  consortium.advance(1_000_000);
  await consortium.run(deal.close(silent), deal.answer(silent, 'yes'), deal.closePayments(), deal.expire());
  await consortium.run(deal.giveBack(held));
}

/** A last block of two deposits to one account: the first is valid, the second conflicts. */
export async function orderConflict(consortium: EngineConsortium): Promise<void> {
  const { account } = present(consortium.alice.accounts[BANK_A]);
  const one = await consortium.endorse(owned(BANK_A, consortium.depositOf(BANK_A, account, '1')));
  const two = await consortium.endorse(owned(BANK_A, consortium.depositOf(BANK_A, account, '2')));
  const codes = await consortium.codesTogether(one, two);
  if (codes.join() !== '0,11') throw new Error(`the codes are ${codes.join()}`);
}

export function blocksOf(consortium: EngineConsortium): Promise<Uint8Array[]> {
  return consortium.network.rawBlocks();
}

/** The same chain with one block changed. */
export function withBlock(
  blocks: readonly Uint8Array[],
  number: number,
  change: (block: common.Block) => void,
): Uint8Array[] {
  const block = common.Block.deserializeBinary(present(blocks[number]));
  change(block);
  return blocks.map((bytes, index) => (index === number ? block.serializeBinary() : bytes));
}

/** The same chain with one bit of one block changed. */
export function withBit(blocks: readonly Uint8Array[], number: number, bit: number): Uint8Array[] {
  const bytes = Buffer.from(present(blocks[number]));
  bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return blocks.map((before, index) => (index === number ? bytes : before));
}

/** What verify finds in these blocks, without private data. */
export function audited(consortium: EngineConsortium, blocks: readonly Uint8Array[]): Promise<VerifyReport> {
  return verifyBlocks({
    channel: consortium.channel,
    chaincode: consortium.network.chaincode,
    marketplace: MARKETPLACE,
    mspId: null,
    blocks: blocks.map((bytes): DeliveredBlock => ({ bytes, privateData: null })),
  });
}

/** The blocks with what this member's own peer holds privately of them. */
export async function deliveredTo(
  consortium: MemberAccess<InProcessLedger>,
  mspId: string,
): Promise<DeliveredBlock[]> {
  const { engine } = consortium.network;
  const { creator } = (await consortium.client(mspId)).signer;
  const blocks: DeliveredBlock[] = [];
  for (let number = 0n; number < engine.height(); number++) {
    const both = present(await engine.blockWithPrivateData(number, { mspId, creator }));
    const privateData = new Map<number, ledger.rwset.TxPvtReadWriteSet>();
    both.getPrivateDataMapMap().forEach((set: ledger.rwset.TxPvtReadWriteSet, position: number) => {
      privateData.set(position, set);
    });
    blocks.push({ bytes: present(both.getBlock()).serializeBinary(), privateData });
  }
  return blocks;
}

/** What verify says of these blocks with this member's private data. */
export function auditedBy(
  consortium: EngineConsortium,
  mspId: string,
  blocks: readonly DeliveredBlock[],
): Promise<VerifyReport> {
  return verifyBlocks({
    channel: consortium.channel,
    chaincode: consortium.network.chaincode,
    marketplace: MARKETPLACE,
    mspId,
    blocks,
  });
}

/** Names of the checks with findings, each once, in alphabetical order. */
export function failedChecks(report: VerifyReport): CheckName[] {
  return [...new Set(report.findings.map(({ check }) => check))].sort();
}
