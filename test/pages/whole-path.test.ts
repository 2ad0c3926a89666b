// The path of a deal in real browsers, through the doors of a whole system, in both languages; what the ledger shows of
// it at two members; and a receipt that anybody checks.
import { expect } from 'chai';
import { isWiderThanScreen, seriousFaults } from '../browser/accessibility.js';
import { browserSystem } from './browser-system.js';
import { checkReceipt, walkLedger } from './ledger-path.js';
import { type Look, playWholePath, WORDS } from './whole-path.js';

const PATH_LIMIT_MS = 240_000;

const isFitForAll: Look = async (name, page) => {
  expect(await seriousFaults(page), name).to.deep.equal([]);
  expect(await isWiderThanScreen(page), name).to.equal(false);
};

describe('in browsers', () => {
  const system = browserSystem();

  it('people buy, pay from two banks, carry, accept and are paid (en-GB); axe is content', async function () {
    this.timeout(PATH_LIMIT_MS);
    await playWholePath(system.people('en-GB'), WORDS.en, isFitForAll);
  });

  it('the same (ru-RU); members read it in the ledger, and a stranger checks its receipt', async function () {
    this.timeout(PATH_LIMIT_MS);
    const people = system.people('ru-RU');
    const deal = await playWholePath(people, WORDS.ru);
    await walkLedger(people, deal);
    await checkReceipt(people, deal);
  });
});
