// Duty: lists the handlers of the path of a deal (D1–D11, X1–X3, L1–L2), lane by lane.
// Must not: hold rules; the domain does.
import type { AgreementSession, OwnerSession } from '../state/sessions.js';
import { AGREEMENT_RULES } from './deal-agreement.js';
import { BANK_RULES } from './deal-bank.js';
import { COURIER_RULES } from './deal-courier.js';
import type { Handler } from './handler.js';

export const DEAL_AGREEMENT_HANDLERS: readonly Handler<AgreementSession>[] = AGREEMENT_RULES;
export const DEAL_OWNER_HANDLERS: readonly Handler<OwnerSession>[] = [...BANK_RULES, ...COURIER_RULES];
