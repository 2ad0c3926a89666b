// Duty: worlds in process whose deals have ended in every way, and what verify says of their blocks, whole or altered.
// Must not: play on the wire; the scenarios verify running systems.
import type { DeliveredBlock } from '../../network/verify/delivered-block.js';
import type { CheckName } from '../../network/verify/findings.js';
import { verifyBlocks, type VerifyReport } from '../../network/verify/verify.js';
import { buy } from '../support/deal-play.js';
import { BANK_A } from '../support/member-access.js';
import { openWorld, type World } from '../support/world.js';

/** A completed deal, one given back after it expired, one with a rejected and a late payment. */
export async function playedWorld(): Promise<World> {
  const world = await openWorld();
  const offer = await world.listOffer();
  await (await buy(world, { offer })).playTo('completed');
  await playExpired(world, offer);
  return world;
}

async function playExpired(world: World, offer: string): Promise<void> {
  const deal = await buy(world, { offer });
  const held = await deal.pay(BANK_A, '500000');
  const refused = await deal.submit(BANK_A, '400000');
  await world.run(deal.admit(refused), deal.answer(refused, 'no'));
  const silent = await deal.submit(BANK_A, '400000');
  await world.run(deal.admit(silent));
  world.advance(1_000_000);
  await world.run(
    deal.close(silent),
    deal.answer(silent, 'yes'),
    deal.seal(),
    deal.expire(),
    deal.giveBack(held),
  );
}

export async function blocksOf(world: World): Promise<Uint8Array[]> {
  return world.network.rawBlocks();
}

/** What verify says of these blocks, without anybody's private data. */
export function audited(world: World, blocks: readonly Uint8Array[]): Promise<VerifyReport> {
  return verifyBlocks({
    channel: world.channel,
    chaincode: world.network.chaincode,
    mspId: null,
    blocks: blocks.map((bytes): DeliveredBlock => ({ bytes, privateData: null })),
  });
}

/** Names of the checks with findings, each once, in order. */
export function failedChecks(report: VerifyReport): CheckName[] {
  return [...new Set(report.findings.map(({ check }) => check))].sort();
}
