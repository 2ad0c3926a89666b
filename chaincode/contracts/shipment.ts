// Rules of the parcel and of the buyer's inspection of it.
import {
  decideAcceptGoods,
  decideAcceptParcel,
  decideDeliver,
  decideStartInspection,
} from '../domain/shipment/delivery.js';
import {
  acceptGoods,
  acceptParcel,
  deliver,
  type InspectionRow,
  type ShipmentRow,
  startInspection,
} from '../protocol/shipment.js';
import { RuleViolation } from '../protocol/violation.js';
import type { AgreementWriter, OwnerRowReader, OwnerWriter, RowReader } from '../state/sessions.js';
import { trustOf } from './deal-rows.js';
import { agreementRule, type AgreementRule, ownerRule, type OwnerRule, type Signed } from './rule.js';
import { requireSignerOf, signerRow } from './signer.js';

function agentRows(rows: OwnerRowReader, command: Signed<{ readonly deal: string }>) {
  const { deal } = command.params;
  return {
    owner: rows.owner,
    signer: signerRow(rows, command),
    terms: rows.row('terms', deal),
    shipment: rows.owned('shipment', deal),
  };
}

/** Rejects: WRONG_ORGANISATION if the parcel is another courier's, and what `requireSignerOf` rejects. */
function requireAgent(
  command: Signed<unknown>,
  { owner: organisation, signer }: ReturnType<typeof agentRows>,
): void {
  requireSignerOf(command, signer, { role: 'agent', organisation });
}

function ownShipment(shipment: ShipmentRow, organisation: string): ShipmentRow {
  if (shipment.owner === organisation) return shipment;
  throw new RuleViolation('WRONG_ORGANISATION', { needed: shipment.owner });
}

function saveShipment(write: OwnerWriter, shipment: ShipmentRow): void {
  write.changeOwned('shipment', [shipment.deal], shipment);
}

function plannedPayments(rows: RowReader, deal: string) {
  const payments = new Set(rows.row('plan', deal)?.items.map(({ payment }) => payment));
  return [...payments].map((id) => rows.owned('payment', deal, id));
}

/** Emits: shipment (accepted). Rejects: as `requireAgent` and `decideAcceptParcel`. */
const acceptingParcel = ownerRule(acceptParcel, {
  load(rows, command) {
    const { deal } = command.params;
    return {
      ...agentRows(rows, command),
      isGuarded: rows.isGuarded('shipment', deal),
      phase: rows.row('phase', deal),
      payments: plannedPayments(rows, deal),
      trusts: trustOf(rows),
    };
  },
  decide(loaded, command) {
    requireAgent(command, loaded);
    const shipment = decideAcceptParcel({ ...loaded, deal: command.params.deal });
    return ownShipment(shipment, loaded.owner);
  },
  save: saveShipment,
});

/** Emits: shipment (delivered, h1). Rejects: as `requireAgent` and `decideDeliver`. */
const delivering = ownerRule(deliver, {
  load: (rows, command) => ({
    ...agentRows(rows, command),
    payments: plannedPayments(rows, command.params.deal),
  }),
  decide(loaded, command) {
    requireAgent(command, loaded);
    return ownShipment(decideDeliver({ ...loaded, params: command.params }), loaded.owner);
  },
  save: saveShipment,
});

function inspectionRows(rows: RowReader, deal: string) {
  return {
    terms: rows.row('terms', deal),
    shipment: rows.owned('shipment', deal),
    inspection: rows.row('inspection', deal),
  };
}

function saveInspection(write: AgreementWriter, inspection: InspectionRow): void {
  write.put('inspection', [inspection.deal], inspection);
}

/** Emits: inspection (started). Rejects: as `decideStartInspection`. */
const startingInspection = agreementRule(startInspection, {
  load: (rows, { machine: { deal } }) => inspectionRows(rows, deal),
  decide: (loaded, { machine: { deal }, now }) => decideStartInspection({ ...loaded, deal, now }),
  save: saveInspection,
});

/** Emits: inspection (accepted). Rejects: as `decideAcceptGoods`. */
const acceptingGoods = agreementRule(acceptGoods, {
  load(rows, { params: { deal } }) {
    const found = inspectionRows(rows, deal);
    const buyerLink = found.terms?.terms.buyerLink;
    return {
      ...found,
      concession: rows.row('concession', deal),
      buyerLink: buyerLink === undefined ? null : rows.owned('link', buyerLink),
    };
  },
  decide: (loaded, { intent, params, keyThumbprint, now }) =>
    decideAcceptGoods({ ...loaded, deal: params.deal, intent, params, keyThumbprint, now }),
  save: saveInspection,
});

export const agreement: readonly AgreementRule[] = [startingInspection, acceptingGoods];
export const owner: readonly OwnerRule[] = [acceptingParcel, delivering];
