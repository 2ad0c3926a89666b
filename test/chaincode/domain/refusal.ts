// Asserts a coded refusal: code and values.
import { expect } from 'chai';
import { RuleViolation } from '../../../chaincode/protocol/violation.js';

/** The action throws a RuleViolation with this code and at least these values. */
export function expectRefusal(action: () => unknown, code: string, values: object = {}): void {
  let thrown: unknown = null;
  try {
    action();
  } catch (cause) {
    thrown = cause;
  }
  if (!(thrown instanceof RuleViolation)) expect.fail(`expected ${code}, found ${String(thrown)}`);
  expect({ code: thrown.code, ...thrown.values }).to.deep.include({ code, ...values });
}
