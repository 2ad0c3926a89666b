// The parcel on its way with the courier, and the buyer's inspection of it.
import { machineCommand, ownedRow, personCommand, type RowOf, sharedRow } from './declaration.js';
import { hash, id, instant, msp, namedSignature, ofDeal, version1 } from './forms.js';
import { exactly, oneOf, orNull } from './parse.js';

const shipmentForm = exactly({
  v: version1,
  deal: id,
  owner: msp,
  status: oneOf(['announced', 'accepted', 'delivered']),
  h1: orNull(hash),
});

/** `shipment/<deal>`: owned by the courier. Initial: announced. `h1` appears with delivery. */
export const shipmentRow = ownedRow(
  { kind: 'shipment', ids: ['deal'], form: shipmentForm },
  {
    initial: { status: 'announced', h1: null },
  },
);
export type ShipmentRow = RowOf<typeof shipmentRow>;

/** `inspection/<deal>`: begins with an agreement transaction that reads the courier's attestation of delivery. */
export const inspectionRow = sharedRow({
  kind: 'inspection',
  ids: ['deal'],
  form: exactly({
    v: version1,
    deal: id,
    status: oneOf(['started', 'accepted']),
    startedAt: instant,
    /** The buyer's signed acceptance; null while only started. */
    acceptance: orNull(namedSignature),
  }),
});
export type InspectionRow = RowOf<typeof inspectionRow>;

/** By an agent of the courier. */
export const acceptParcel = personCommand({
  action: 'acceptParcel',
  lane: 'owner',
  signed: ofDeal,
  steps: { shipment: { accepted: ['announced'] } },
  conflictKeys: ['shipment/{deal}'],
  cost: 12,
});

/** By an agent of the courier, with the hash of the recipient's code. */
export const deliver = personCommand({
  action: 'deliver',
  lane: 'owner',
  signed: exactly({ deal: id, h1: hash }),
  steps: { shipment: { delivered: ['accepted'] } },
  conflictKeys: ['shipment/{deal}'],
  cost: 12,
});

export const startInspection = machineCommand({
  action: 'startInspection',
  lane: 'agreement',
  machine: ofDeal,
  steps: { inspection: { started: [null] } },
  conflictKeys: ['deal/{deal}'],
  cost: 10,
});

/** By the buyer. */
export const acceptGoods = personCommand({
  action: 'acceptGoods',
  lane: 'agreement',
  signed: exactly({ deal: id, termsHash: hash }),
  steps: { inspection: { accepted: [null, 'started'] } },
  conflictKeys: ['deal/{deal}'],
  cost: 14,
});

export const shipmentRows = { shipment: shipmentRow, inspection: inspectionRow } as const;
export const shipmentCommands = {
  acceptParcel,
  deliver,
  startInspection,
  acceptGoods,
} as const;
