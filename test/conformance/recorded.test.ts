// The embedded ledger does in every script what real Fabric was recorded to do.
import { expect } from 'chai';
import { AREAS } from './all-scripts.js';
import { expectSame } from './difference.js';
import type { Outcomes } from './play.js';
import { readRecord } from './recording.js';
import { runScripts } from './run-scripts.js';

describe('conformance: embedded ledger against the record of real Fabric', () => {
  let played: Readonly<Record<string, Outcomes>>;

  before(async function () {
    this.timeout(240_000);
    played = await runScripts('embedded');
  });

  for (const [area, scripts] of Object.entries(AREAS)) {
    describe(area, () => {
      it('has a record of exactly these scripts', () => {
        const names = scripts.map(({ name }) => name);
        expect(new Set(names).size).to.equal(names.length);
        expect(Object.keys(readRecord(area).outcomes)).to.have.members(names);
      });

      for (const { name } of scripts) {
        it(name, () => {
          expectSame(played[area]?.[name], readRecord(area).outcomes[name]);
        });
      }
    });
  }
});
