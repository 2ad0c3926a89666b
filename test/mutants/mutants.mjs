// Duty: deliberate defects of engine, chaincode and ledger client, each with the tests that must notice it.
// Must not: change a test's own support; a mutant breaks the product only.

const engine = (name) => `test/network/embedded/engine/${name}.test.ts`;
const domain = (name) => `test/chaincode/domain/${name}.test.ts`;
const contracts = (name) => `test/chaincode/contracts/${name}.test.ts`;

/** `find` stands exactly once in `file`; `tests` are the quickest that notice. */
export const MUTANTS = [
  {
    name: 'version check skipped',
    file: 'network/embedded/engine/validate-versions.ts',
    find: 'return sameVersion(state.get(name, read.getKey())?.version, versionOf(read.getVersion()));',
    replace: 'return true;',
    tests: [engine('version-conflicts')],
  },
  {
    name: 'earlier transactions of the block overlooked',
    file: 'network/embedded/engine/validate-versions.ts',
    find: "if (updates.has(name, '', read.getKey())) return false;",
    replace: '',
    tests: [engine('version-conflicts')],
  },
  {
    name: 'phantom check skipped',
    file: 'network/embedded/engine/validate-versions.ts',
    find: 'return sameResults(info, overlay(committed, changed));',
    replace: 'return true;',
    tests: [engine('version-conflicts')],
  },
  {
    name: 'private reads not checked',
    file: 'network/embedded/engine/validate-versions.ts',
    find: 'if (!hashedReadsAreCurrent(set, state, updates)) return Code.MVCC_READ_CONFLICT;',
    replace: '',
    tests: [engine('version-conflicts')],
  },
  {
    name: 'key policy dropped',
    file: 'network/embedded/engine/validate-endorsement.ts',
    find: 'return policies.keyPolicy(bytes);',
    replace: 'return undefined;',
    tests: [engine('endorsement-policies')],
  },
  {
    name: 'collection policy dropped',
    file: 'network/embedded/engine/validate-endorsement.ts',
    find: "const own = collection === '' ? undefined : definitions.writePolicy(this.namespace, collection);",
    replace: 'const own = undefined;',
    tests: [engine('endorsement-policies')],
  },
  {
    name: 'replayed envelope accepted',
    file: 'network/embedded/engine/judge.ts',
    find: 'if (scope.snapshot.get(transactionKey(envelope.txId))) return { envelope, code: Code.DUPLICATE_TXID };',
    replace: '',
    tests: [engine('forged-transactions')],
  },
  {
    name: 'evidence not compared',
    file: 'chaincode/state/row-session.ts',
    find: "return evidence === createHash('sha256').update(text, 'utf8').digest('hex');",
    replace: 'return true;',
    tests: ['test/chaincode/state/sessions.test.ts'],
  },
  {
    name: 'owned row created without its key policy',
    file: 'chaincode/state/agreement-session.ts',
    find: 'this.overlay.set(key, { text, policyOf: row.owner });',
    replace: 'this.overlay.set(key, { text, policyOf: null });',
    tests: ['test/chaincode/state/sessions.test.ts'],
  },
  {
    name: 'late void lost',
    file: 'chaincode/domain/answer.ts',
    find: 'money: late ? heldAndGivenBack(leg, input) : heldFor(leg, input),',
    replace: 'money: heldFor(leg, input),',
    tests: [domain('answer')],
  },
  {
    name: 'fee rounded up',
    file: 'chaincode/protocol/fees.ts',
    find: 'return shareRoundedDown(payment.amount, tariffBasisPoints(payment.tariff, payment.sellerBank));',
    replace:
      'const points = BigInt(tariffBasisPoints(payment.tariff, payment.sellerBank));' +
      'return ((BigInt(payment.amount) * points + WHOLE - 1n) / WHOLE).toString();',
    tests: ['test/chaincode/protocol/plan.test.ts'],
  },
  {
    name: 'the odd unit goes to the commission, not to the seller',
    file: 'chaincode/protocol/fees.ts',
    find: 'return shareRoundedDown(price, basisPoints);',
    replace: 'return ((BigInt(price) * BigInt(basisPoints) + WHOLE - 1n) / WHOLE).toString();',
    tests: ['test/chaincode/protocol/plan.test.ts'],
  },
  {
    name: 'close without waiting',
    file: 'chaincode/domain/admission.ts',
    find: 'requireReached(input.now, closableFrom(leg, input.gate, terms, input.parameters));',
    replace: '',
    tests: [domain('admission')],
  },
  {
    name: 'expiry over an unanswered payment',
    file: 'chaincode/domain/expiry.ts',
    find: "if (open !== undefined) throw new RuleViolation('LEG_OPEN', { leg: open });",
    replace: '',
    tests: [domain('expiry')],
  },
  {
    name: 'a paid deal given back on others’ word',
    file: 'chaincode/domain/expiry.ts',
    find: 'if (sumOf(counted) >= BigInt(terms.offerTerms.price)) {',
    replace: 'if (false) {',
    tests: [domain('expiry')],
  },
  {
    name: 'terms hash not compared',
    file: 'chaincode/protocol/terms.ts',
    find: ' && termsHash(row.terms) === row.termsHash',
    replace: '',
    tests: [domain('payment'), domain('answer'), domain('capture')],
  },
  {
    name: 'plan not recomputed',
    file: 'chaincode/domain/capture.ts',
    find: 'if (plan.deal !== input.deal || text(items) !== text(plan.items)) {',
    replace: 'if (plan.deal !== input.deal) {',
    tests: [domain('capture')],
  },
  {
    name: 'allocation not compared',
    file: 'chaincode/domain/crediting.ts',
    find: 'return item?.link === credit.link && item.bank === credit.bank && item.amount === credit.amount;',
    replace: 'return item !== undefined;',
    tests: [domain('capture')],
  },
  {
    name: 'own first sight of the delivery not counted',
    file: 'chaincode/domain/capture.ts',
    find: 'Math.max(inspection.startedAt, seenAt)',
    replace: 'inspection.startedAt',
    tests: [domain('capture')],
  },
  {
    name: 'used intent with other content accepted',
    file: 'chaincode/contracts/command-list.ts',
    find: "if (found !== null) throw new RuleViolation('OTHER_CONTENT', { what: body.id });",
    replace: '',
    tests: [contracts('command-lists')],
  },
  {
    name: 'used intent acts again',
    file: 'chaincode/contracts/command-list.ts',
    find: 'if (found === content) return true;',
    replace: 'if (found === content) return false;',
    tests: [contracts('command-lists')],
  },
  {
    name: 'signature not verified',
    file: 'chaincode/domain/intent-proof.ts',
    find: 'return holders && isSigned(intent);',
    replace: 'return holders;',
    tests: [domain('capture'), domain('answer')],
  },
  {
    name: 'row lock ignored',
    file: 'gateway/ledger/batcher.ts',
    find: 'for (const lock of entry.locks) this.locked.add(lock);',
    replace: '',
    tests: ['test/gateway/ledger/batcher.test.ts'],
  },
];
