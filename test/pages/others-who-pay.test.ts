// Others who pay, a deal that is cancelled and one whose time runs out, in real browsers on a whole system.
import { browserSystem } from './browser-system.js';
import { listOfferAs } from './offers.js';
import { playCancellation, playExpiry, playInvitation } from './others-who-pay.js';

const PATH_LIMIT_MS = 240_000;
const LONG_MS = 900_000;
/** Enough to buy and to pay one part on a slow machine. */
const SHORT_MS = 60_000;

describe('others who pay, in browsers', () => {
  const system = browserSystem();

  it('a friend takes an invitation by its link and pays a part from another bank', async function () {
    this.timeout(PATH_LIMIT_MS);
    const title = 'Самокат складной';
    const id = await listOfferAs(system.context(), { title, price: '1240000', payTimeMs: LONG_MS });
    await playInvitation(system.people('ru-RU'), { id, title });
  });

  it('a buyer who changes his mind cancels, and has his part back at once', async function () {
    this.timeout(PATH_LIMIT_MS);
    const title = 'Лыжи беговые';
    const id = await listOfferAs(system.context(), { title, price: '400000', payTimeMs: LONG_MS });
    await playCancellation(system.people('ru-RU'), { id, title });
  });

  it('a deal whose time runs out gives the money back, and its page says so of the payment', async function () {
    this.timeout(2 * PATH_LIMIT_MS);
    const title = 'Палатка на двоих';
    const id = await listOfferAs(system.context(), { title, price: '400000', payTimeMs: SHORT_MS });
    await playExpiry(system.people('ru-RU'), { id, title });
  });
});
