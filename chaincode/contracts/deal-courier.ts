// Duty: the courier's lane of a deal: parcel accepted, parcel delivered.
// Must not: hold rules.
import { decideAcceptParcel, decideDeliver } from '../domain/delivery.js';
import { RuleViolation } from '../protocol/violation.js';
import { rowKey, type ShipmentRow } from '../protocol/rows.js';
import type { OwnerSession } from '../state/sessions.js';
import { owner, type PersonCall, type Rule } from './handler.js';
import { signerKey, signerOf } from './signer.js';

type AgentAction = 'acceptParcel' | 'deliver';
type AgentRule<A extends AgentAction> = Rule<PersonCall<A>, OwnerSession>;

/** D6. Emits: shipment (accepted). Rejects: as `signerOf` and `decideAcceptParcel`. */
const acceptingParcel: AgentRule<'acceptParcel'> = {
  keys: (call) => [...agentKeys(call), rowKey('phase', call.params.deal)],
  async decide(call, session) {
    await signerOf(session, call, { role: 'agent', organisation: session.owner });
    const { deal } = call.params;
    const shipment = decideAcceptParcel({
      deal,
      terms: await session.row('terms', deal),
      phase: await session.row('phase', deal),
      shipment: await session.owned('shipment', deal),
    });
    return save(session, shipment);
  },
};

/** D7. Emits: shipment (delivered, h1). Rejects: as `signerOf` and `decideDeliver`. */
const delivering: AgentRule<'deliver'> = {
  keys: agentKeys,
  async decide(call, session) {
    await signerOf(session, call, { role: 'agent', organisation: session.owner });
    const { params } = call;
    const shipment = decideDeliver({
      params,
      terms: await session.row('terms', params.deal),
      shipment: await session.owned('shipment', params.deal),
    });
    return save(session, shipment);
  },
};

function agentKeys(call: PersonCall<AgentAction>): string[] {
  const { deal } = call.params;
  return [signerKey(call), rowKey('terms', deal), rowKey('shipment', deal)];
}

function save(session: OwnerSession, shipment: ShipmentRow): 'done' {
  if (shipment.owner !== session.owner) {
    throw new RuleViolation('WRONG_ORGANISATION', { needed: shipment.owner });
  }
  session.changeOwned('shipment', [shipment.deal], shipment);
  return 'done';
}

export const COURIER_RULES = [
  owner.byPerson('acceptParcel', acceptingParcel),
  owner.byPerson('deliver', delivering),
] as const;
