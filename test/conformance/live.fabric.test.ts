// Real Fabric still does in every script what it was recorded to do.
import { AREAS } from './all-scripts.js';
import { expectSame } from './difference.js';
import type { Outcomes } from './play.js';
import { readRecord } from './recording.js';
import { runScripts } from './run-scripts.js';

describe('conformance: real Fabric against its record', () => {
  let played: Readonly<Record<string, Outcomes>>;

  before(async function () {
    this.timeout(400_000);
    played = await runScripts('fabric');
  });

  for (const [area, scripts] of Object.entries(AREAS)) {
    describe(area, () => {
      for (const { name } of scripts) {
        it(name, () => {
          expectSame(played[area]?.[name], readRecord(area).outcomes[name]);
        });
      }
    });
  }
});
