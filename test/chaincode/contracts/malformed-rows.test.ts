// A row that is not of its kind's form is absent for every rule: the command is refused as without it, or goes on as
// without it, and nothing throws.
import { expect } from 'chai';
import { canonicalJson, type Json } from '../../../chaincode/protocol/canonical-json.js';
import { type Action, COMMANDS } from '../../../chaincode/protocol/commands.js';
import type { PhaseRow } from '../../../chaincode/protocol/deal.js';
import { isRowKind, readRow } from '../../../chaincode/protocol/rows.js';
import { malformedOf } from '../protocol/malformed.js';
import { fakeLedger, outcomeOn, readKeys } from './deal-on-fake-ledger.js';

const PHASES: readonly PhaseRow['status'][] = ['open', 'paymentsClosed', 'paid', 'expired', 'completed'];
const ACTIONS = Object.keys(COMMANDS) as Action[]; // the names of a record are exactly its keys

describe('a malformed row', () => {
  const accepted = new Set<Action>();

  for (const action of ACTIONS) {
    it(`is absent for ${action}, whatever is wrong with it`, async () => {
      for (const status of PHASES) {
        const base = await fakeLedger(status, action);
        const { result } = await outcomeOn(base, action);
        if (result.ok) accepted.add(action);
        for (const key of readKeys(base)) {
          const absent = await outcomeOn(await fakeLedger(status, action, { key, text: null }), action);
          for (const text of malformedTexts(key, base.rows.get(key), status === 'paid')) {
            const found = await outcomeOn(await fakeLedger(status, action, { key, text }), action);
            // A creation never overwrites what stands under its key, be it no row of any form.
            if (!found.result.ok && found.result.code === 'EXISTS') continue;
            expect(found, `${key} as ${text} in ${status}`).to.deep.equal(absent);
          }
        }
      }
    });
  }

  it('was tried on commands of both lanes that are accepted while all rows are right', () => {
    expect([...accepted]).to.include.members([
      ...['buy', 'submitPayment', 'invitePayer', 'withdrawInvitation', 'closePayments', 'expire', 'complete'],
      ...['startInspection', 'acceptGoods', 'editOffer', 'listOffer', 'setCommissionAccount'],
      ...['capture', 'voidPayment', 'acceptParcel', 'deliver', 'recordDeal', 'deposit', 'publishBank'],
    ]);
  });
});

/** What altered chaincode could write under the key; `all`: with each member of the row changed in each way. */
function malformedTexts(key: string, text: string | undefined, all: boolean): string[] {
  const kind = key.split('/')[0] ?? '';
  if (text === undefined || !isRowKind(kind)) return [];
  const row = JSON.parse(text) as Json; // rows are JSON
  return malformedOf(row)
    .filter(({ path, wrong }) => (all ? !path.includes('.') : path === '' && wrong === 'object'))
    .map(({ value }) => canonicalJson(value))
    .filter((malformed) => readRow(kind, malformed) === null);
}
