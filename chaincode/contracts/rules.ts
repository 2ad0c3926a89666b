// All rules, lane by lane.
import * as account from './account.js';
import * as deal from './deal.js';
import * as member from './member.js';
import * as offer from './offer.js';
import * as parametersProposal from './parameters-proposal.js';
import * as payment from './payment.js';
import * as payout from './payout.js';
import { rulesByAction } from './rule.js';
import * as shipment from './shipment.js';

const NOUNS = [member, parametersProposal, account, offer, deal, payment, payout, shipment] as const;

export const AGREEMENT_RULES = rulesByAction(NOUNS.flatMap(({ agreement }) => agreement));
export const OWNER_RULES = rulesByAction(NOUNS.flatMap(({ owner }) => owner));
