// Every attack, for each ground to be tried on; the one that changes the list of members comes last.
import { describeAlteredIntents } from './altered-intents.js';
import type { AttackGround } from './attack-ground.js';
import { describeBentRules } from './bent-rules.js';
import { describeChangedParameters } from './changed-parameters.js';
import { describeCreditOnWord } from './credit-on-word.js';
import { describeDeceptiveNames } from './deceptive-names.js';
import { describeForeignFacts } from './foreign-attestations.js';
import { describeForeignQuestions } from './foreign-questions.js';
import { describeForeignReads } from './foreign-reads.js';
import { describeForgedCreations } from './forged-creations.js';
import { describeForgedEnvelopes } from './forged-envelopes.js';
import { describeForgedLinks } from './forged-links.js';
import { describeForgedPayout } from './forged-payout.js';
import { describeInventedBank } from './invented-bank.js';
import { describeForgedUsedIntents } from './forged-used-intents.js';
import { describeMalformedRows } from './malformed-rows.js';
import { describeOwnOffers } from './own-offers.js';
import { describeRecipientCode } from './recipient-code.js';
import { describeRegistrar } from './registrar.js';
import { describeStruckOff } from './removed-member.js';
import { describeStrangers } from './strangers.js';
import { describeTimeAndWithholding } from './time-and-withholding.js';

export function describeAllAttacks(ground: AttackGround): void {
  describeForgedCreations(ground);
  describeForgedLinks(ground);
  describeForgedPayout(ground);
  describeInventedBank(ground);
  describeCreditOnWord(ground);
  describeForgedUsedIntents(ground);
  describeForgedEnvelopes(ground);
  describeForeignFacts(ground);
  describeForeignQuestions(ground);
  describeForeignReads(ground);
  describeAlteredIntents(ground);
  describeRecipientCode(ground);
  describeDeceptiveNames(ground);
  describeStrangers(ground);
  describeRegistrar(ground);
  describeOwnOffers(ground);
  describeMalformedRows(ground);
  describeTimeAndWithholding(ground);
  describeBentRules(ground);
  describeChangedParameters(ground);
  describeStruckOff(ground);
}
