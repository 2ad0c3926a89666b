// Reading ahead in rounds asks the peer for each key once, and for none that the rule does not read in the end.
import { expect } from 'chai';
import type { Rule } from '../../../chaincode/contracts/rule.js';
import { AGREEMENT_RULES, OWNER_RULES } from '../../../chaincode/contracts/rules.js';
import { type Action, COMMANDS } from '../../../chaincode/protocol/commands.js';
import { rowKey, type RowKind } from '../../../chaincode/protocol/rows.js';
import { fakeLedger, outcomeOn } from './deal-on-fake-ledger.js';

const ACTIONS = Object.keys(COMMANDS) as Action[]; // the names of a record are exactly its keys
const READERS: readonly string[] = ['row', 'owned', 'created', 'isGuarded'];
const PREFIX = 'get ';

describe('what a command reads', () => {
  for (const action of ACTIONS) {
    it(`${action}: each key once, and only what its rule asks for`, async () => {
      for (const status of ['open', 'paymentsClosed', 'paid', 'expired'] as const) {
        const fake = await fakeLedger(status, action);
        const asked = new Set<string>();
        const rules = {
          agreement: new Map([...AGREEMENT_RULES].map(([name, rule]) => [name, recording(rule, asked)])),
          owner: new Map([...OWNER_RULES].map(([name, rule]) => [name, recording(rule, asked)])),
        };
        const { result } = await outcomeOn(fake, action, rules);
        expect(new Set(fake.calls).size, `${action} in ${status}`).to.equal(fake.calls.length);
        const read = fake.calls
          .filter((call) => call.startsWith(PREFIX))
          .map((call) => call.slice(PREFIX.length));
        const superfluous = read.filter((key) => !asked.has(key) && !isExecutors(key));
        // What a command creates is looked for as well, so that nothing is overwritten.
        if (!result.ok && result.code === 'EXISTS') continue;
        const found = superfluous.filter((key) => !result.ok || fake.rows.has(key));
        expect(found, `${action} in ${status}`).to.deep.equal([]);
      }
    });
  }
});

/** The executor itself reads parameters and the intent's marker. */
function isExecutors(key: string): boolean {
  return key === 'parameters' || key.startsWith('usedIntent/');
}

/** The rule, noting the keys that it asks for when it is called for the last time: then all rows are at hand. */
function recording<R, W>(rule: Rule<R, W>, asked: Set<string>): Rule<R, W> {
  const load: typeof rule.parts.load = (rows, command) => {
    asked.clear();
    return rule.parts.load(noting(rows, asked), command);
  };
  return { ...rule, parts: { ...rule.parts, load } };
}

function noting<R>(rows: R, asked: Set<string>): R {
  const reader = rows as object;
  return new Proxy(reader, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: readonly string[]): unknown => {
        if (READERS.includes(String(name))) asked.add(rowKey(args[0] as RowKind, ...args.slice(1))); // a kind first
        return Reflect.apply(member, target, args) as unknown;
      };
    },
  }) as R; // the same members
}
