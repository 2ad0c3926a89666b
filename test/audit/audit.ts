// Duty: worlds in process whose deals have ended in every way, and what verify says of their blocks, whole or altered.
// Must not: play on the wire; the scenarios verify running systems.
import { common, type ledger } from '@hyperledger/fabric-protos';
import type { DeliveredBlock } from '../../audit/delivered-block.js';
import type { CheckName } from '../../audit/findings.js';
import { verifyBlocks, type VerifyReport } from '../../audit/verify.js';
import { buy } from '../support/deal-play.js';
import type { InProcessNetwork } from '../support/in-process-network.js';
import { BANK_A, owned, type MemberAccess } from '../support/member-access.js';
import { openWorld, present, type EngineWorld } from '../support/world.js';

/** A completed deal, and one given back after it expired, with a rejected and a late payment. */
export async function playedWorld(): Promise<EngineWorld> {
  const world = await openWorld();
  const offer = await world.listOffer();
  await (await buy(world, { offer })).playTo('completed');
  await playExpired(world, offer);
  return world;
}

async function playExpired(world: EngineWorld, offer: string): Promise<void> {
  const deal = await buy(world, { offer });
  const held = await deal.pay(BANK_A, '500000');
  const refused = await deal.submit(BANK_A, '400000');
  await world.run(deal.admit(refused), deal.answer(refused, 'no'));
  const silent = await deal.submit(BANK_A, '400000');
  await world.run(deal.admit(silent));
  world.advance(1_000_000);
  await world.run(deal.close(silent), deal.answer(silent, 'yes'), deal.closePayments(), deal.expire());
  await world.run(deal.giveBack(held));
}

/** A last block of two deposits to one account: the first is valid, the second conflicts. */
export async function orderConflict(world: EngineWorld): Promise<void> {
  const { account } = present(world.alice.accounts[BANK_A]);
  const one = await world.endorse(owned(BANK_A, world.depositOf(BANK_A, account, '1')));
  const two = await world.endorse(owned(BANK_A, world.depositOf(BANK_A, account, '2')));
  const codes = await world.codesTogether(one, two);
  if (codes.join() !== '0,11') throw new Error(`the codes are ${codes.join()}`);
}

export function blocksOf(world: EngineWorld): Promise<Uint8Array[]> {
  return world.network.rawBlocks();
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

/** What verify says of these blocks, without anybody's private data. */
export function audited(world: EngineWorld, blocks: readonly Uint8Array[]): Promise<VerifyReport> {
  return verifyBlocks({
    channel: world.channel,
    chaincode: world.network.chaincode,
    mspId: null,
    blocks: blocks.map((bytes): DeliveredBlock => ({ bytes, privateData: null })),
  });
}

/** The blocks with what this member's own peer holds privately of them. */
export async function deliveredTo(
  world: MemberAccess<InProcessNetwork>,
  mspId: string,
): Promise<DeliveredBlock[]> {
  const { engine } = world.network;
  const { creator } = (await world.client(mspId)).signer;
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
  world: EngineWorld,
  mspId: string,
  blocks: readonly DeliveredBlock[],
): Promise<VerifyReport> {
  return verifyBlocks({ channel: world.channel, chaincode: world.network.chaincode, mspId, blocks });
}

/** Names of the checks with findings, each once, in alphabetical order. */
export function failedChecks(report: VerifyReport): CheckName[] {
  return [...new Set(report.findings.map(({ check }) => check))].sort();
}
