// Every command and row is declared once; a new command is one declaration and one rule, and all else follows.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { runList } from '../../../chaincode/contracts/command-list.js';
import { agreementRule, rulesByAction } from '../../../chaincode/contracts/rule.js';
import { AGREEMENT_RULES, OWNER_RULES } from '../../../chaincode/contracts/rules.js';
import { canonicalJson, type Json } from '../../../chaincode/protocol/canonical-json.js';
import {
  type Action,
  type CommandRecord,
  COMMANDS,
  isAction,
  laneOf,
} from '../../../chaincode/protocol/commands.js';
import { type CommandDeclaration, machineCommand } from '../../../chaincode/protocol/declaration.js';
import { ofDeal } from '../../../chaincode/protocol/forms.js';
import { LIFE_CYCLE, transition } from '../../../chaincode/protocol/life-cycle.js';
import { isOfDeal, isOwnedKind, isRowKind, ROW_KINDS } from '../../../chaincode/protocol/rows.js';
import { AgreementRows } from '../../../chaincode/state/agreement-session.js';
import { StubStore } from '../../../chaincode/state/stub-store.js';
import { machineTemplates, personTemplates } from '../../arguments/templates.js';
import { codeOf } from '../../support/refusals.js';
import { makePerson } from '../../support/people.js';
import { DEAL, phase, stock } from '../domain/deal-rows.js';
import { workedParameters } from '../protocol/worked-example.js';
import { FakeStub } from '../state/fake-stub.js';

const DECLARED: readonly CommandDeclaration[] = Object.values(COMMANDS);

describe('declarations of commands', () => {
  it('name each action once, under its own name, and each has one rule, in its own lane', () => {
    expect(DECLARED.map(({ action }) => action)).to.deep.equal(Object.keys(COMMANDS));
    const rules = [...AGREEMENT_RULES.values(), ...OWNER_RULES.values()];
    expect(rules.map(({ declaration }) => declaration.action)).to.have.members(Object.keys(COMMANDS));
    for (const [lane, table] of [
      ['agreement', AGREEMENT_RULES],
      ['owner', OWNER_RULES],
    ] as const) {
      for (const { declaration } of table.values()) {
        expect(declaration.lane, declaration.action).to.equal(lane);
        expect(declaration, declaration.action).to.equal(COMMANDS[declaration.action as Action]);
      }
    }
  });

  it('are written in one file each: no other file of the protocol or the rules repeats an action', () => {
    for (const { action } of DECLARED) {
      const naming = (folder: string, text: string) =>
        sourcesIn(folder).flatMap((source) => (source.text.includes(text) ? [source.file] : []));
      expect(naming('protocol', `action: '${action}'`), action).to.have.length(1);
      if (isRowKind(action)) continue; // the text may be the kind's
      for (const folder of ['contracts', 'state']) {
        expect(naming(folder, `'${action}'`), `${action} in ${folder}`).to.deep.equal([]);
      }
    }
  });

  it('name conflict keys by parameters that their own forms have', () => {
    const person = makePerson('alice');
    const signed: { readonly [action: string]: object } = personTemplates(person);
    const machine: { readonly [action: string]: object } = machineTemplates(person);
    for (const { action, conflictKeys } of DECLARED) {
      const names = Object.keys({ ...signed[action], ...machine[action] });
      const asked = conflictKeys.flatMap((key) =>
        [...key.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
      );
      expect(names, action).to.include.members(asked);
      expect(new Set(conflictKeys).size, action).to.equal(conflictKeys.length);
    }
  });

  it('have the forms of their parts, and none for a part that they do not have', () => {
    const person = makePerson('alice');
    const signed: { readonly [action: string]: Json } = personTemplates(person); // templates are JSON
    const machine: { readonly [action: string]: Json } = machineTemplates(person); // as above
    for (const declaration of DECLARED) {
      const { action, by } = declaration;
      expect([action in signed, action in machine], action).to.deep.equal([
        by !== 'machine',
        by !== 'person',
      ]);
      if (by === 'machine') expect(() => declaration.signed({}, 'p'), action).to.throw('BAD_INPUT');
      else expect(declaration.signed(signed[action] ?? null, 'p'), action).to.deep.equal(signed[action]);
      if (by === 'person') expect(() => declaration.machine({}, 'p'), action).to.throw('BAD_INPUT');
      else expect(declaration.machine(machine[action] ?? null, 'p'), action).to.deep.equal(machine[action]);
    }
  });

  it('take steps of kinds that there are, and cost something', () => {
    for (const { kind, action } of LIFE_CYCLE) expect(isRowKind(kind), `${action} ${kind}`).to.equal(true);
    for (const { action, cost } of DECLARED) expect(cost, action).to.be.within(1, 100);
  });
});

describe('declarations of rows', () => {
  it('say which kinds have an owner, and which are of a deal', () => {
    expect(ROW_KINDS.filter(isOwnedKind)).to.have.members([
      ...['person', 'bank', 'link', 'payment', 'credit', 'shipment'],
    ]);
    expect(ROW_KINDS.filter(isOfDeal)).to.have.members([
      ...[
        'terms',
        'phase',
        'reservation',
        'invitation',
        'payment',
        'plan',
        'obligation',
        'credit',
        'shipment',
      ],
      ...['inspection', 'admission', 'tally', 'concession', 'outcome'],
    ]);
    for (const name of ['constructor', 'toString', '__proto__', '']) {
      expect([isRowKind(name), isOwnedKind(name), isOfDeal(name), isAction(name)]).to.deep.equal([
        ...[false, false, false, false],
      ]);
    }
  });
});

describe('a new command', () => {
  const reopen = machineCommand({
    action: 'reopenDeal',
    lane: 'agreement',
    machine: ofDeal,
    steps: { phase: { open: ['expired'] } },
    conflictKeys: ['deal/{deal}'],
    cost: 8,
  });
  const reopening = agreementRule(reopen, {
    load: (rows, { machine: { deal } }) => rows.row('phase', deal),
    decide(found, { now }) {
      if (found === null) throw new RangeError('no phase to compute with');
      const status = transition(reopen, 'phase', 'open', found.status);
      return { ...found, status, at: now };
    },
    save: (write, row) => {
      write.put('phase', [row.deal], row);
    },
  });

  it('is one declaration and one rule: form, lane, parts, life cycle and refusals follow', async () => {
    await withCommand(reopen, async () => {
      expect(isAction('reopenDeal') && laneOf('reopenDeal' as Action)).to.equal('agreement');
      const parts = { params: { deal: DEAL } };
      const records = await run([
        { action: 'reopenDeal', ...parts },
        { action: 'reopenDeal', ...parts },
        { action: 'reopenDeal', params: { deal: 'x' } },
        { action: 'reopenDeal', params: {} },
        { action: 'reopenDeal' },
        { action: 'closePayments', ...parts },
      ]);
      expect(records.map(({ result }) => codeOf(result))).to.deep.equal([
        ...['ok', 'WRONG_STATE', 'BAD_INPUT', 'BAD_INPUT', 'BAD_INPUT', 'WRONG_LANE'],
      ]);
      expect(records[0]?.rows).to.deep.equal({ [`phase/${DEAL}`]: 'open' });
    });
    expect(isAction('reopenDeal')).to.equal(false);
  });

  it('whose rows cannot be computed with is refused alone; a defect of the rule fails the list', async () => {
    await withCommand(reopen, async () => {
      const unknown = { action: 'reopenDeal', params: { deal: 'deal_00000002' } };
      const records = await run([unknown, { action: 'reopenDeal', params: { deal: DEAL } }]);
      expect(records.map(({ result }) => codeOf(result))).to.deep.equal(['BAD_ROW', 'ok']);
      const defect = agreementRule(reopen, {
        load: () => null,
        decide: () => {
          throw new Error('a defect');
        },
        save: () => undefined,
      });
      const failing = run([unknown], defect).then(() => null, String);
      expect(await failing).to.contain('a defect');
    });
  });

  it('cannot come twice', () => {
    expect(() => rulesByAction([reopening, reopening])).to.throw('two rules');
  });

  function run(commands: readonly object[], rule = reopening): Promise<readonly CommandRecord[]> {
    const fake = new FakeStub();
    const rows = { parameters: workedParameters(), [`phase/${DEAL}`]: phase('expired'), 'stock/x': stock(1) };
    for (const [key, row] of Object.entries(rows)) fake.rows.set(key, canonicalJson(row));
    const session = new AgreementRows(new StubStore(fake.stub, null));
    return runList({
      ...{
        lane: 'agreement',
        text: canonicalJson(commands as unknown as Json),
        session,
        channel: 'escrow',
        deployment: { marketplace: 'MarketplaceMSP' },
        now: 5,
      },
      rules: rulesByAction([rule]),
      usedIntents: { content: () => null, write: () => undefined },
      caller: { msp: 'MarketplaceMSP', role: 'worker' },
    });
  }
});

/** Acts while the table of commands holds one more. */
async function withCommand(declaration: CommandDeclaration, act: () => Promise<void>): Promise<void> {
  const table = COMMANDS as unknown as { [action: string]: CommandDeclaration }; // a plain object, open at run time
  table[declaration.action] = declaration;
  try {
    await act();
  } finally {
    Reflect.deleteProperty(table, declaration.action);
  }
}

const sources = new Map<string, readonly { readonly file: string; readonly text: string }[]>();

function sourcesIn(folder: string) {
  const known = sources.get(folder) ?? readSources(folder);
  sources.set(folder, known);
  return known;
}

function readSources(folder: string) {
  const path = join(process.cwd(), 'chaincode', folder);
  return readdirSync(path)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file, text: readFileSync(join(path, file), 'utf8') }));
}
