// Nothing but exact, canonical, bounded input gets through the parsers.
import { expect } from 'chai';
import { canonicalJson, type Json } from '../../../chaincode/protocol/canonical-json.js';
import { id, intentForm } from '../../../chaincode/protocol/forms.js';
import { COMMANDS, type PersonAction } from '../../../chaincode/protocol/commands.js';
import { parseCanonical, type Parser } from '../../../chaincode/protocol/parse.js';
import { RuleViolation } from '../../../chaincode/protocol/violation.js';
import { personTemplates } from '../../arguments/templates.js';
import { makePerson } from '../../support/people.js';

function refused(action: () => unknown): RuleViolation {
  try {
    action();
  } catch (error) {
    if (error instanceof RuleViolation) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('canonical JSON as the only input', () => {
  const wrong: { readonly [why: string]: string } = {
    'duplicate members': '{"a":1,"a":1}',
    'members out of order': '{"b":1,"a":1}',
    'white space': '{"a": 1}',
    'a fraction': '[1.5]',
    'a fraction that is an integer': '[1.0]',
    'an exponent': '[1e3]',
    'a leading zero': '[01]',
    'minus zero': '[-0]',
    'more than 53 bits': '[9007199254740993]',
    'a lone surrogate': '["\\ud800"]',
    'an escape that is not needed': '["\\u0041"]',
    'text after the value': '[] []',
    'no JSON at all': 'amount=1',
    'an empty text': '',
  };
  for (const [why, text] of Object.entries(wrong)) {
    it(`${why} is refused`, () => {
      expect(refused(() => parseCanonical(text, 'list')).code).to.equal('BAD_INPUT');
    });
  }

  it('very deep nesting is refused, not a crash', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(refused(() => parseCanonical(deep, 'list')).code).to.equal('BAD_INPUT');
  });

  it('what canonicalJson prints is accepted', () => {
    const value = { z: ['Ж', 0, null, true], a: { '"': '\n' } };
    expect(parseCanonical(canonicalJson(value), 'list')).to.deep.equal(value);
  });
});

describe('forms', () => {
  it('an id is a lower-case prefix and 8 to 64 digits or letters', () => {
    expect(id('deal_0123456789', 'id')).to.equal('deal_0123456789');
    const bad: Json[] = [
      'deal_0/2345678',
      'Deal_01234567',
      'deal_0123456',
      `deal_${'0'.repeat(65)}`,
      'deal',
      7,
    ];
    for (const value of bad) expect(refused(() => id(value, 'id')).code).to.equal('BAD_INPUT');
    for (const end of ['\u0000', '\u{10ffff}', '\n']) {
      expect(refused(() => id(`deal_01234567${end}`, 'id')).code).to.equal('BAD_INPUT');
    }
  });

  it('a missing, an extra and a prototype member are refused', () => {
    const form = COMMANDS.markPaid.machine;
    const proto = parseCanonical('{"__proto__":{"deal":"deal_01234567"}}', 'p');
    for (const value of [{}, { deal: 'deal_01234567', at: 1 }, proto, [], null]) {
      expect(refused(() => form(value, 'p'))).to.include({ code: 'BAD_INPUT' });
    }
  });

  it('amounts are positive integer minor units as text', () => {
    const form = COMMANDS.deposit.signed;
    const deposit = { bank: '10', account: '100123456789ab12', currency: 'RUB' };
    const account = '10001234567890012';
    for (const amount of ['0', '01', '-1', '1.0', '1e2', '', ' 1', '1'.repeat(19), 100]) {
      expect(refused(() => form({ ...deposit, account, amount }, 'p')).values).to.include({ at: 'p.amount' });
    }
    expect(form({ ...deposit, account, amount: '100' }, 'p').amount).to.equal('100');
  });

  it('currencies are those of ISO 4217, in every command that names one', () => {
    const templates = Object.entries(personTemplates(makePerson('alice')));
    const withCurrency = templates.filter(([, params]) => 'currency' in (params as object));
    expect(withCurrency).to.have.length(7);
    for (const [action, template] of withCurrency) {
      const form: Parser<unknown> = COMMANDS[action as PersonAction].signed; // templates are named by actions
      expect(form(template, 'p')).to.have.property('currency', 'RUB');
      for (const currency of ['ZZZ', 'XXX', 'RUR', 'XTS', 'XAU', 'rub']) {
        const changed = { ...(template as object), currency };
        expect(refused(() => form(changed, 'p')).values).to.include({ at: 'p.currency' });
      }
    }
  });

  it('a bank is registered under a BIC of 8 or 11 characters', () => {
    const form = COMMANDS.registerBank.signed;
    const bank = { bank: '30', owner: 'BankCMSP', name: 'Bank', bic: 'BKCCRUMM' };
    for (const bic of ['BKCCRUMM', 'BKCCRUMMXXX']) expect(form({ ...bank, bic }, 'p').bic).to.equal(bic);
    for (const bic of ['044525030', 'BKCCRUMMXX', 'BKCCRUMMX', 'BKCCRUM', '12345678']) {
      expect(refused(() => form({ ...bank, bic }, 'p')).values).to.include({ at: 'p.bic' });
    }
  });

  it('refusals do not repeat what was found', () => {
    const secret = 'account-of-somebody';
    const { values, message } = refused(() =>
      COMMANDS.openAccount.signed({ bank: '10', account: secret, holder: 'x', currency: 'RUB' }, 'p'),
    );
    expect(JSON.stringify(values) + message).not.to.contain(secret);
  });

  it('an intent has its exact members and a P-256 key', () => {
    const params = { offer: 'offer_0123456789', termsHash: '', net: '', link: '' };
    const intent = makePerson('alice').sign('listOffer', params, { channel: 'escrow', now: 0 });
    const json = JSON.parse(JSON.stringify(intent)) as { body: { [name: string]: Json }; key: string };
    expect(intentForm(json, 'i')).to.deep.equal(intent);
    expect(refused(() => intentForm({ ...json, key: json.key.slice(2) }, 'i')).code).to.equal('BAD_INPUT');
    expect(refused(() => intentForm({ ...json, extra: 1 }, 'i')).code).to.equal('BAD_INPUT');
    const body = { ...json.body, version: 2 };
    expect(refused(() => intentForm({ ...json, body }, 'i')).values).to.include({ at: 'i.body.version' });
  });
});
