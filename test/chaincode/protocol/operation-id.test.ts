// Ids of the operations on a deal's money are bound to what they are for, and refused for anything else.
import { expect } from 'chai';
import { COMMANDS } from '../../../chaincode/protocol/commands.js';
import {
  isDealOperationId,
  isOperationIdOf,
  operationId,
  type DealOperation,
} from '../../../chaincode/protocol/operation-id.js';
import { expectRefusal } from '../domain/refusal.js';

const RANDOM = '0123456789abcdef'.repeat(2);
const deal = 'deal_00000001';
const payment = 'payment_00000001';
const KINDS = ['hold', 'void', 'capture'] as const;
const PURPOSES: readonly DealOperation[] = [
  ...[deal, 'deal_00000002'].flatMap((each) => KINDS.map((kind) => ({ kind, deal: each, payment }))),
  ...KINDS.map((kind) => ({ kind, deal, payment: 'payment_00000002' })),
  ...['seller', 'marketplace'].map((payee) => ({ kind: 'credit', deal, payment, payee }) as const),
];
const id = (of: DealOperation) => operationId(of, RANDOM);
const refundKey = 'A'.repeat(43);

describe('the id of an operation', () => {
  it('says its kind, carries 128 random bits, and is bound by 64 bits of a hash', () => {
    expect(id({ kind: 'hold', deal, payment })).to.match(new RegExp(`^hold_${RANDOM}[0-9a-f]{16}$`));
  });

  it('is of one operation alone, also where the random part is the same', () => {
    for (const of of PURPOSES) {
      expect(PURPOSES.filter((other) => isOperationIdOf(other, id(of)))).to.deep.equal([of]);
    }
    expect(new Set(PURPOSES.map(id)).size).to.equal(PURPOSES.length);
  });

  it('is not taken with one digit changed, one left out or one added', () => {
    const of = { kind: 'capture', deal, payment } as const;
    const made = id(of);
    const last = made.endsWith('0') ? '1' : '0';
    const first = made.replace('_0', '_1');
    for (const other of [
      made.slice(0, -1) + last,
      first,
      made.slice(0, -1),
      `${made}0`,
      made.toUpperCase(),
    ]) {
      expect(isOperationIdOf(of, other), other).to.equal(false);
    }
    expect(isOperationIdOf(of, operationId(of, RANDOM.toUpperCase()))).to.equal(false);
    expect(isOperationIdOf(of, operationId(of, ''))).to.equal(false);
  });

  it('tells operations of deals from others by its prefix', () => {
    for (const of of PURPOSES) expect(isDealOperationId(id(of))).to.equal(true);
    for (const other of [
      'operation_0123456789abcdef',
      'holder_00000001',
      'op_hold_00000001',
      'fold_00000001',
    ]) {
      expect(isDealOperationId(other), other).to.equal(false);
    }
  });
});

describe('a command with an operation id', () => {
  const needed = (kind: string) => ({
    found: 'an id made for something else',
    needed: `an id of this ${kind}`,
  });
  const other = id({ kind: 'capture', deal, payment: 'payment_00000002' });

  it('that was made for another operation is refused, and says where', () => {
    const payout = { deal, payment, refundKey };
    const asVoid = { ...payout, operation: id({ kind: 'void', deal, payment }) };
    const asCapture = { ...payout, operation: id({ kind: 'capture', deal, payment }) };
    expect(COMMANDS.voidPayment.machine(asVoid, 'params')).to.deep.equal(asVoid);
    expect(COMMANDS.capture.machine(asCapture, 'params')).to.deep.equal(asCapture);
    const at = 'params.operation';
    expectRefusal(() => COMMANDS.capture.machine(asVoid, 'params'), 'BAD_INPUT', {
      at,
      ...needed('capture'),
    });
    expectRefusal(() => COMMANDS.voidPayment.machine(asCapture, 'params'), 'BAD_INPUT', {
      at,
      ...needed('void'),
    });
    for (const operation of [other, 'operation_0123456789abcdef']) {
      expectRefusal(() => COMMANDS.capture.machine({ ...payout, operation }, 'params'), 'BAD_INPUT');
    }
  });

  it('of an answer needs both its ids, of a credit the one of its payee', () => {
    const answer = {
      ...{ deal, payment, verdict: 'yes', codeBinding: 'b'.repeat(64), reason: null, refundKey },
      holdOperation: id({ kind: 'hold', deal, payment }),
      voidOperation: id({ kind: 'void', deal, payment }),
    };
    expect(COMMANDS.answerPayment.machine(answer, 'params')).to.deep.equal(answer);
    for (const name of ['holdOperation', 'voidOperation']) {
      const refused = () => COMMANDS.answerPayment.machine({ ...answer, [name]: other }, 'params');
      expectRefusal(refused, 'BAD_INPUT', { at: `params.${name}` });
    }
    const credit = {
      deal,
      payment,
      payee: 'seller',
      operation: id({ kind: 'credit', deal, payment, payee: 'seller' }),
    };
    expect(COMMANDS.credit.machine(credit, 'params')).to.deep.equal(credit);
    const foreign = { ...credit, payee: 'marketplace' };
    expectRefusal(() => COMMANDS.credit.machine(foreign, 'params'), 'BAD_INPUT', needed('credit'));
  });

  it('that is no deal’s may not look like one of a deal', () => {
    const operation = id({ kind: 'hold', deal, payment });
    const post = { account: '10011111111111100', credits: [`${deal}/${payment}/seller`], operation };
    for (const refused of [
      () => COMMANDS.deposit.machine({ operation }, 'params'),
      () => COMMANDS.withdraw.machine({ operation }, 'params'),
      () => COMMANDS.postCredits.machine(post, 'params'),
    ]) {
      expectRefusal(refused, 'BAD_INPUT', { at: 'params.operation', found: "the id of a deal's operation" });
    }
    expect(COMMANDS.deposit.machine({ operation: 'operation_00000001' }, 'params').operation).to.be.a(
      'string',
    );
  });
});
