// A recipient's code is not found from the ledger by a million tries over what people would try.
import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { canonicalJson, type Json } from '../../chaincode/protocol/canonical-json.js';
import {
  recipientCodeH1,
  recipientCodeH2,
  recipientCodeText,
} from '../../chaincode/protocol/recipient-code.js';
import type { DealTerms } from '../../chaincode/protocol/deal.js';
import { buy, type DealPlay } from '../support/deal-play.js';
import { present, type TestConsortium } from '../support/test-consortium.js';
import { codeOf } from './colluding-members.js';
import type { AttackGround } from './attack-ground.js';

const TRIES = 1_000_000;

const sha256 = (text: string | Buffer): Buffer => createHash('sha256').update(text).digest();

/** Every text of the deal's public rows: ids, hashes, keys, signatures, sums, times. */
function publicTexts(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => publicTexts(item));
  if (value !== null && typeof value === 'object') return Object.values(value).flatMap(publicTexts);
  return [String(value)];
}

/** Codes that a guesser derives from what is public: as it stands, cut, hashed, in the code's own alphabet. */
function* derived(texts: readonly string[]): Generator<string> {
  for (const text of new Set(texts)) {
    yield text;
    yield text.slice(0, 26).toUpperCase();
    yield text.replace(/^[a-z]+_/, '').toUpperCase();
    for (const bytes of [sha256(text), sha256(sha256(text)), Buffer.from(text, 'hex')]) {
      if (bytes.length < 16) continue;
      yield recipientCodeText(bytes.subarray(0, 16));
      yield recipientCodeText(bytes.subarray(bytes.length - 16));
    }
  }
}

/** What is short enough to be tried whole: 4, 5 and (in part) 6 digits, and the first 16-byte numbers. */
function* short(): Generator<string> {
  for (const digits of [4, 5]) {
    for (let code = 0; code < 10 ** digits; code += 1) yield String(code).padStart(digits, '0');
  }
  const bytes = Buffer.alloc(16);
  for (let code = 0; code < 100_000; code += 1) {
    bytes.writeUInt32BE(code, 12);
    yield recipientCodeText(bytes);
  }
  for (let code = 0; ; code += 1) yield String(code).padStart(6, '0');
}

/** The first of a million candidates that opens h2, as a code or as h1 itself, and how many were tried. */
function guess(terms: DealTerms, texts: readonly string[]): { found: string | null; tries: number } {
  let tries = 0;
  for (const space of [derived(texts), short()]) {
    for (const code of space) {
      if (tries === TRIES) return { found: null, tries };
      tries += 1;
      if (recipientCodeH2(recipientCodeH1(terms.deal, code)) === terms.recipientCodeHash) {
        return { found: code, tries };
      }
    }
  }
  return { found: null, tries };
}

export function describeRecipientCode(ground: AttackGround): void {
  describe("attack: the recipient's code", function () {
    this.timeout(60_000);
    let consortium: TestConsortium;
    let deal: DealPlay;
    let texts: string[];
    before(async () => {
      consortium = await ground.open();
      deal = await (await buy(consortium, { offer: await consortium.listOffer() })).playTo('shipped');
      const view = await consortium.deal(deal.id);
      texts = publicTexts(JSON.parse(canonicalJson(view as unknown as Json)) as Json); // rows are JSON
    });
    after(() => ground.close(consortium));

    it('is not found in 10^6 tries over short numbers and all that is public about the deal', () => {
      expect(texts.length).to.be.greaterThan(100);
      expect(guess(deal.terms, texts)).to.deep.equal({ found: null, tries: TRIES });
    });

    it('would be found by these tries if it were one of them', () => {
      for (const weak of [
        '0042',
        recipientCodeText(Buffer.alloc(16)),
        recipientCodeText(sha256(deal.id).subarray(0, 16)),
      ]) {
        const recipientCodeHash = recipientCodeH2(recipientCodeH1(deal.id, weak));
        expect(guess({ ...deal.terms, recipientCodeHash }, texts).found).to.equal(weak);
      }
    });

    it('no public text is h1, or leads to it in one hash', async () => {
      const needed = deal.terms.recipientCodeHash;
      const blocks = Buffer.concat(await consortium.network.rawBlocks());
      expect(blocks.includes(needed)).to.equal(true);
      expect(blocks.includes(deal.h1)).to.equal(false);
      expect(blocks.includes(Buffer.from(deal.h1, 'hex'))).to.equal(false);
      for (const text of texts) {
        for (const h1 of [text, sha256(text).toString('hex')]) {
          expect(recipientCodeH2(h1)).not.to.equal(needed);
        }
      }
    });

    it("the courier's agent delivers with no guess, only with the buyer's code", async () => {
      for (const code of ['0000', deal.terms.recipientCodeHash, deal.id]) {
        const step = deal.deliver(recipientCodeH1(deal.id, code));
        expect(codeOf(await consortium.attempt(step))).to.equal('WRONG_CODE');
      }
      expect(codeOf(await consortium.attempt(deal.deliver(deal.terms.recipientCodeHash)))).to.equal(
        'WRONG_CODE',
      );
      expect(codeOf(await consortium.attempt(deal.startInspection()))).to.equal('NOT_DELIVERED');
      expect(codeOf(await consortium.attempt(deal.deliver()))).to.equal('ok');
      expect(present(await consortium.row('shipment', deal.id)).h1).to.equal(deal.h1);
    });
  });
}
