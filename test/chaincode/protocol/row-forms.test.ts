// Every row is read in one strict form: whatever else stands under its key is no row.
import { expect } from 'chai';
import { canonicalJson, type Json } from '../../../chaincode/protocol/canonical-json.js';
import {
  ownKey,
  readRow,
  ROW_KINDS,
  rowKey,
  type RowKind,
  type Rows,
} from '../../../chaincode/protocol/rows.js';
import { type Malformed, malformedOf } from './malformed.js';
import { SAMPLE_ROWS } from './sample-rows.js';

/** Members that may be null: what they say may not be said yet, or not at all. */
const NULLABLE: { readonly [K in RowKind]?: readonly string[] } = {
  parametersProposal: ['dueAt'],
  person: ['key'],
  bank: ['tariff', 'previousTariff', 'sealingKey'],
  offer: ['commissionBasisPoints', 'sharesNonce', 'reasonHash', 'terms', 'listing'],
  phase: ['cancelledBy'],
  invitation: ['accepted'],
  payment: ['invitation', 'allocation'],
  admission: ['reason'],
  shipment: ['h1'],
  inspection: ['acceptance'],
  usedIntent: ['signed'],
};
/** Members with names of their own: each may be there or not. */
const DICTIONARIES: { readonly [K in RowKind]?: readonly string[] } = {
  parameters: ['commissionLinks'],
  bank: ['tariff.toBank', 'previousTariff.toBank', 'debitCaps'],
};

describe('the form of a row', () => {
  for (const kind of ROW_KINDS) {
    const row = SAMPLE_ROWS[kind] as unknown as Json; // rows are JSON

    it(`${kind}: reads what is right, and names its own key`, () => {
      expect(readRow(kind, canonicalJson(row))).to.deep.equal(row);
      const key = keyOf(kind);
      expect(key === null || key === rowKey(kind) || key.startsWith(`${kind}/`)).to.equal(true);
    });

    it(`${kind}: is no row with any member of another kind, missing, or one too many`, () => {
      const wrong = malformedOf(row).filter((each) => !isAllowed(kind, each));
      expect(wrong.length).to.be.greaterThan(10);
      for (const { path, wrong: what, value } of wrong) {
        expect(readRow(kind, canonicalJson(value)), `${path} ${what}`).to.equal(null);
      }
    });

    it(`${kind}: takes what may be null or left out, and only that`, () => {
      for (const each of malformedOf(row).filter((other) => isAllowed(kind, other))) {
        expect(readRow(kind, canonicalJson(each.value)), `${each.path} ${each.wrong}`).to.not.equal(null);
      }
    });

    it(`${kind}: is no row of any other kind, and no text that is no JSON`, () => {
      for (const other of ROW_KINDS.filter((each) => each !== kind)) {
        expect(readRow(other, canonicalJson(row)), other).to.equal(null);
      }
      for (const text of ['', 'garbage', '[]', '7', `${canonicalJson(row)}x`]) {
        expect(readRow(kind, text)).to.equal(null);
      }
    });
  }
});

/** Hides from the compiler that each kind has its own row. */
function keyOf<K extends RowKind>(kind: K): string | null {
  const rows: Rows = SAMPLE_ROWS;
  return ownKey(kind, rows[kind]);
}

function isAllowed(kind: RowKind, { path, wrong }: Malformed): boolean {
  const dictionaries = DICTIONARIES[kind] ?? [];
  if (wrong === 'null') return NULLABLE[kind]?.includes(path) ?? false;
  if (wrong === 'object') return dictionaries.includes(path);
  if (wrong === 'missing') return dictionaries.some((name) => path.startsWith(`${name}.`));
  return false;
}
