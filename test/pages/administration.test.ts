// Administrators in real browsers, through the doors of a whole system.
import { playAdministration } from './administration-path.js';
import { browserSystem } from './browser-system.js';

const PATH_LIMIT_MS = 300_000;

describe('administration in browsers', () => {
  const system = browserSystem();

  it('commission, labels and registration are set, and others see what comes of it', async function () {
    this.timeout(PATH_LIMIT_MS);
    await playAdministration(system.people('ru-RU'));
  });
});
