// While the money of a deal must not move, no command that moves it does; each command that declares to move it asks.
import { expect } from 'chai';
import { decideCapture, decideVoid } from '../../../chaincode/domain/payment/finish.js';
import { decideCredit } from '../../../chaincode/domain/payout/crediting.js';
import { decideExpire } from '../../../chaincode/domain/deal/expiry.js';
import type { MoneyGuard } from '../../../chaincode/domain/deal/money-guard.js';
import { decideMarkPaid } from '../../../chaincode/domain/payout/payout.js';
import { COMMANDS } from '../../../chaincode/protocol/commands.js';
import { BOUGHT_AT, workedSharesRow } from '../protocol/worked-example.js';
import {
  admissionRow,
  DEAL,
  FREE_MONEY,
  FROZEN_MONEY,
  owned,
  payment,
  payment2,
  phase,
  reservation,
  stock,
  termsRow,
} from './deal-rows.js';
import { expectRefusal } from './refusal.js';
import { crediting } from './credited-deal.js';
import { finishing, recorded } from './signed-deal.js';

const NOW = BOUGHT_AT + 1_000_000;
const held = [payment({ status: 'held' }), payment2({ status: 'held' })];

/** Each command that moves money, on a deal where nothing else is in its way. */
const MOVES: { readonly [action: string]: (guard: MoneyGuard) => unknown } = {
  capture: (guard) => decideCapture(finishing({ guard })),
  credit: (guard) => decideCredit(crediting({ guard })),
  voidPayment: (guard) =>
    decideVoid(
      finishing({
        ...{ guard, record: recorded({ full: null, moved: null, delivered: null, word: null }) },
        ...{ phase: phase('expired'), shipment: null, payments: [] },
      }),
    ),
  markPaid: (guard) =>
    decideMarkPaid({
      ...{ deal: DEAL, now: NOW, guard, terms: termsRow(), shares: workedSharesRow(), phase: phase('open') },
      ...{ reservation: reservation(held.map(({ id }) => id)), payments: held.map(owned) },
    }),
  expire: (guard) =>
    decideExpire({
      ...{ deal: DEAL, now: NOW, guard, terms: termsRow(), shares: workedSharesRow() },
      phase: phase('paymentsClosed'),
      payments: held
        .slice(0, 1)
        .map((row) => ({ payment: owned(row), admission: admissionRow(row, 'admitted') })),
      ...{ reservation: reservation([payment().id]), stock: stock(2, 1) },
    }),
};

describe('the guard of a deal’s money', () => {
  for (const [action, move] of Object.entries(MOVES)) {
    it(`${action} goes while the money may move, and is refused while it must not`, () => {
      expect(move(FREE_MONEY)).to.be.an('object');
      expectRefusal(() => move(FROZEN_MONEY), 'WRONG_STATE', {
        kind: 'deal',
        deal: DEAL,
        found: FROZEN_MONEY.frozenBy,
      });
    });
  }

  it('is asked by every command that declares to move money, and by no other', () => {
    const declared = Object.values(COMMANDS).flatMap((command) =>
      'movesMoney' in command ? [command.action] : [],
    );
    expect(declared).to.have.members(Object.keys(MOVES));
  });
});
