// Duty: every attack, for each ground to be tried on. The one that changes the list of members comes last.
// Must not: leave one out on some ground.
import { describeAlteredIntents } from './altered-intents.js';
import type { AttackGround } from './attack-ground.js';
import { describeForeignFacts } from './foreign-attestations.js';
import { describeForeignQuestions } from './foreign-questions.js';
import { describeForeignReads } from './foreign-reads.js';
import { describeForgedCreations } from './forged-creations.js';
import { describeForgedEnvelopes } from './forged-envelopes.js';
import { describeForgedPayout } from './forged-payout.js';
import { describeForgedUsedIntents } from './forged-used-intents.js';
import { describeRecipientCode } from './recipient-code.js';
import { describeStruckOff } from './removed-member.js';
import { describeTimeAndWithholding } from './time-and-withholding.js';

export function describeAllAttacks(ground: AttackGround): void {
  describeForgedCreations(ground);
  describeForgedPayout(ground);
  describeForgedUsedIntents(ground);
  describeForgedEnvelopes(ground);
  describeForeignFacts(ground);
  describeForeignQuestions(ground);
  describeForeignReads(ground);
  describeAlteredIntents(ground);
  describeRecipientCode(ground);
  describeTimeAndWithholding(ground);
  describeStruckOff(ground);
}
