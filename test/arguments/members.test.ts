// Every member of every command is replaced by every hostile value, left out, or joined by another: BAD_INPUT for that
// command alone, and nothing written.
import { expect } from 'chai';
import type { Json } from '../../chaincode/protocol/canonical-json.js';
import { type Action, COMMANDS, laneOf } from '../../chaincode/protocol/commands.js';
import { BANK_A } from '../support/member-access.js';
import { makePerson } from '../support/people.js';
import { openConsortium, type EngineConsortium } from '../support/test-consortium.js';
import {
  HOSTILE,
  PROTOTYPE_NAMES,
  isWellFormed,
  pathsOf,
  replaced,
  withMember,
  type Path,
} from './malformed.js';
import { sendRefused } from './sending.js';
import { commandTemplates } from './templates.js';

/** Commands per list: the bytes of a list are limited as well. */
const PER_LIST = 250;

type Members = { readonly [name: string]: Json };

interface Variant {
  readonly what: string;
  readonly command: Json;
  /** Its form is right after all. */
  readonly wellFormed: boolean;
}

describe('arguments: members of commands', function () {
  this.timeout(60_000);
  let consortium: EngineConsortium;
  before(async () => {
    consortium = await openConsortium();
  });
  after(() => consortium.close());

  const templates = commandTemplates(makePerson('mallory'), 'escrow', 0);

  it('there is a template for every action', () => {
    const actions = Object.keys(templates).map((name) => name.split(' ')[0]);
    expect(new Set(actions)).to.have.all.keys(...Object.keys(COMMANDS));
  });

  for (const [name, template] of Object.entries(templates)) {
    it(`${name}: every hostile member is refused as bad input`, async () => {
      const action = name.split(' ')[0] as Action; // names begin with actions
      const variants = variantsOf(template as Members, action); // templates are objects
      expect(variants.length).to.be.greaterThan(300);
      for (let start = 0; start < variants.length; start += PER_LIST) {
        const part = variants.slice(start, start + PER_LIST);
        const commands = part.map(({ command }) => command);
        const results = await sendRefused(consortium, laneOf(action), commands, { owner: BANK_A });
        const wrong = part.filter(({ wellFormed }, index) => {
          const result = results[index];
          const refused = result?.ok === false && result.code === 'BAD_INPUT';
          return refused === wellFormed;
        });
        expect(wrong.map(({ what }) => what)).to.deep.equal([]);
      }
    });
  }
});

function variantsOf(template: Members, action: Action): Variant[] {
  return (
    pathsOf(template)
      .filter((path) => path.length > 0 || action === 'closePayments')
      // What a claim says is compared as a whole (`persons.test.ts`); its form is an intent's outline.
      .filter((path) => !(path.includes('claim') && path.includes('params', 1)))
      .flatMap((path) => [
        ...replacements(template, path),
        ...without(template, path),
        ...joined(template, path),
      ])
  );
}

function replacements(template: Members, path: Path): Variant[] {
  const inner = path.join('.');
  return HOSTILE.filter((value) => !isSame(at(template, path), value)).map((value) => ({
    what: `${inner} = ${JSON.stringify(value).slice(0, 60)}`,
    command: replaced(template, path, value),
    wellFormed: isAllowed(template, path, value),
  }));
}

/** Some names have another form in another place. */
function isAllowed({ action }: Members, path: Path, value: Json): boolean {
  const place = path.join('.');
  if (place.endsWith('.body.version')) return false;
  // A moderator alone may leave the commission as it is.
  if (path.at(-1) === 'commissionBasisPoints' && action !== 'moderateOffer' && value === null) return false;
  if (/^(params|.*\.settings)\.(?!step|credit)\w+TimeMs$/.test(place)) return false;
  if (path.at(-1) === 'invitation' && action !== 'submitPayment') return false;
  return isWellFormed(path, value);
}

function without(template: Members, path: Path): Variant[] {
  const last = path.at(-1);
  // A tariff names any banks, caps any currencies.
  if (typeof last !== 'string' || /^(\d+|[A-Z]{3})$/.test(last)) return [];
  return [{ what: `no ${path.join('.')}`, command: replaced(template, path, undefined), wellFormed: false }];
}

function joined(template: Members, path: Path): Variant[] {
  const value = at(template, path);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [];
  const names = ['extra', ...PROTOTYPE_NAMES].filter((name) => !Object.hasOwn(value, name));
  return names.map((name) => {
    const more = withMember(value as Members, name); // neither null nor list
    return { what: `${path.join('.')}.${name}`, command: replaced(template, path, more), wellFormed: false };
  });
}

function at(value: Json, path: Path): Json {
  return path.reduce<Json>(
    (found, name) => (found as { readonly [name: string]: Json })[name] ?? null,
    value,
  );
}

function isSame(left: Json, right: Json): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
