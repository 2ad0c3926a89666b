// Receipts of a deal: its parties' alone, signed by their marketplace, and judged by another member from its own
// blocks. What was altered, or signed by others, does not fit; nobody learns the commission by asking.
import { expect } from 'chai';
import type { Json } from '../../../../chaincode/protocol/canonical-json.js';
import type {
  ReceiptRow,
  SignedReceipt,
  SignedReceiptCheck,
} from '../../../../gateway/protocol/api/receipts.js';
import { memberSigner, signatureChecker } from '../../../../gateway/receipts/member-signatures.js';
import type { Database } from '../../../../gateway/store/postgres/database.js';
import { PostgresProjectionTables } from '../../../../gateway/store/postgres/projection-tables.js';
import { attestationHashOf } from '../../../../chaincode/protocol/attestation.js';
import { canonicalJson } from '../../../../chaincode/protocol/canonical-json.js';
import { migratedDatabase, openAt } from '../../../support/database.js';
import { buy, type DealPlay } from '../../../support/deal-play.js';
import { BANK_A, BANK_B, COURIER, MARKETPLACE } from '../../../support/member-access.js';
import { type EngineConsortium, openConsortium, present } from '../../../support/test-consortium.js';
import { blocksOf, project } from '../../projection/chain.js';
import { MemberIdentities, openLedgerWeb, viewerOf } from '../../support/ledger-web.js';
import { problemOf, type TestWeb } from '../../support/web.js';

const COMMISSION = '62000';
const NET = '1178000';
const VERIFY = '/ledger/v1/receipts/verify';

describe('a receipt', function () {
  this.timeout(120_000);
  let identities: MemberIdentities;
  let consortium: EngineConsortium;
  let deal: DealPlay;
  let marketplace: { readonly database: Database; readonly web: TestWeb };
  let bank: typeof marketplace;
  let early: SignedReceipt;
  let buyers: SignedReceipt;
  let sellers: SignedReceipt;

  async function memberOf(mspId: string, doesNotKnow: readonly string[] = []): Promise<typeof marketplace> {
    const database = await openAt(await migratedDatabase());
    const { alice, bob, staff } = consortium;
    const web = await openLedgerWeb({
      ...{ identities, database, mspId, doesNotKnow, channel: consortium.channel },
      now: () => Date.now(),
      viewers: {
        alice: viewerOf(alice.person.id, 'client'),
        bob: viewerOf(bob.person.id, 'client'),
        eve: viewerOf('person_eve00000001', 'client'),
        carol: viewerOf(staff.carol.id, 'client', 'moderator'),
      },
    });
    return { database, web };
  }
  async function follow({ database }: typeof marketplace, upTo?: number): Promise<void> {
    const blocks = await blocksOf(consortium);
    await project(blocks.slice(0, upTo), new PostgresProjectionTables(database.query));
  }
  const ask = (token: string, id = deal.id): Promise<Response> =>
    marketplace.web.get(`/api/v1/deals/${id}/receipt`, { authorization: `Bearer ${token}` });
  const receiptOf = async (token: string): Promise<SignedReceipt> =>
    (await (await ask(token)).json()) as SignedReceipt;
  async function check(body: unknown, at = bank): Promise<SignedReceiptCheck> {
    const response = await at.web.send('POST', VERIFY, body);
    expect(response.status).to.equal(200);
    return (await response.json()) as SignedReceiptCheck;
  }
  const verdictsOf = ({ check: { rows } }: SignedReceiptCheck, kind = '') => [
    ...new Set(rows.filter(({ key }) => key.startsWith(kind)).map(({ verdict }) => verdict)),
  ];

  before(async () => {
    identities = await MemberIdentities.make();
    consortium = await openConsortium();
    marketplace = await memberOf(MARKETPLACE);
    bank = await memberOf(BANK_A);
    deal = await (await buy(consortium, { offer: await consortium.listOffer() })).playTo('held');
    await follow(marketplace);
    early = await receiptOf('alice');
    await deal.playTo('completed');
    await follow(marketplace);
    await follow(bank);
    [buyers, sellers] = [await receiptOf('alice'), await receiptOf('bob')];
  });
  after(async () => {
    for (const { web, database } of [marketplace, bank]) {
      await web.close();
      await database.close();
    }
    identities.remove();
  });

  it('holds what its holder signed and the rows that he may see, and fits at every member', async () => {
    const { alice, bob } = consortium;
    expect(buyers.receipt).to.include({ holder: alice.person.id, role: 'buyer', deal: deal.id });
    const actions = ({ receipt }: SignedReceipt) => receipt.intents.map(({ intent }) => intent.body.action);
    expect(actions(buyers)).to.deep.equal(['buy', 'submitPayment', 'submitPayment', 'acceptGoods']);
    expect(sellers.receipt).to.include({ holder: bob.person.id, role: 'seller' });
    expect(actions(sellers)).to.deep.equal(['listOffer']);
    const kinds = ({ receipt }: SignedReceipt) => receipt.rows.map(({ key }) => key.split('/')[0]);
    const shared = ['inspection', 'payment', 'payment', 'phase', 'shipment', 'terms'];
    expect(kinds(buyers)).to.deep.equal(shared);
    expect(kinds(sellers)).to.deep.equal(['credit', 'credit', ...shared]);
    for (const at of [marketplace, bank]) {
      for (const receipt of [buyers, sellers]) {
        const said = await check(receipt, at);
        expect(said.check.signature).to.equal('fits');
        expect(verdictsOf(said)).to.deep.equal(['fits']);
        expect(said.check.rows.every(({ isNewest }) => isNewest)).to.equal(true);
        expect(said.check.intents.every(({ verdict }) => verdict === 'fits')).to.equal(true);
      }
    }
  });

  it('of an earlier time still fits, and what has changed since is marked', async () => {
    const said = await check(early);
    expect(verdictsOf(said)).to.deep.equal(['fits']);
    const old = said.check.rows.filter(({ isNewest }) => !isNewest).map(({ key }) => key.split('/')[0]);
    expect(old).to.deep.equal(['payment', 'payment', 'phase']);
    const [held] = early.receipt.rows.filter(({ key }) => key.startsWith('payment'));
    expect(held?.row).to.include({ status: 'held' });
    expect(held?.attestation).to.equal(attestationHashOf(canonicalJson({ ...held?.row, allocation: null })));
  });

  it('belongs to its party alone: to others there is none', async () => {
    for (const token of ['eve', 'carol']) {
      const response = await ask(token);
      expect([response.status, (await problemOf(response)).code]).to.deep.equal([404, 'NOT_FOUND']);
    }
    expect((await ask('alice', 'deal_00000000')).status).to.equal(404);
  });

  it('says nothing of the commission, and of the net to the seller alone', () => {
    for (const receipt of [early, buyers]) {
      expect(JSON.stringify(receipt)).not.to.match(
        new RegExp(`"(${COMMISSION}|${NET})"|allocation|"credit/`),
      );
    }
    const text = JSON.stringify(sellers);
    expect(text).to.contain(`"${NET}"`);
    expect(text).not.to.match(new RegExp(`"${COMMISSION}"|allocation|/marketplace"`));
    // A hash of a whole row would let its reader try likely rates.
    const captured = [buyers, sellers].flatMap(({ receipt: { rows } }) =>
      rows.filter(({ row }) => row['status'] === 'captured'),
    );
    expect(captured.map(({ attestation }) => attestation)).to.deep.equal([null, null, null, null]);
    const others = sellers.receipt.rows.filter(({ key }) => key.startsWith('payment'));
    expect(others.flatMap(({ row }) => Object.keys(row))).not.to.include.oneOf(['payer', 'link']);
  });

  /** A copy with one row of that kind changed, under the signature of the original. */
  function altered(
    { receipt, signature }: SignedReceipt,
    kind: string,
    change: (row: ReceiptRow) => ReceiptRow,
  ): SignedReceipt {
    const place = receipt.rows.findIndex(({ key }) => key.startsWith(`${kind}/`));
    const rows = receipt.rows.map((row, index) => (index === place ? change(row) : row));
    return { receipt: { ...receipt, rows }, signature };
  }
  const withMember = (name: string, value: Json) => (row: ReceiptRow) => ({
    ...row,
    row: { ...row.row, [name]: value },
  });

  it('with an altered amount, row, hash, place or intent does not fit, each at its part', async () => {
    const other = '0'.repeat(64);
    const changes: readonly (readonly [string, (row: ReceiptRow) => ReceiptRow])[] = [
      ['payment', withMember('amount', '1')],
      ['phase', withMember('status', 'open')],
      ['shipment', (row) => ({ ...row, attestation: other })],
      ['payment', (row) => ({ ...row, txId: other })],
      ['terms', (row) => ({ ...row, block: row.block + 1 })],
      ['terms', (row) => ({ ...row, row: {} })],
    ];
    for (const [kind, change] of changes) {
      const said = await check(altered(buyers, kind, change));
      expect(said.check.signature).to.equal('differs');
      expect(said.check.rows.filter(({ verdict }) => verdict !== 'fits').length).to.equal(1);
      expect(verdictsOf(said, kind)).to.include('differs');
    }
    const [first, ...rest] = buyers.receipt.intents;
    const { intent } = present(first);
    const forged = { ...intent, signature: present(rest[0]).intent.signature };
    const intents = [{ ...present(first), intent: forged }, ...rest];
    const said = await check({ ...buyers, receipt: { ...buyers.receipt, intents } });
    expect(said.check.intents[0]?.verdict).to.equal('differs');
  });

  it('counts as signed by the gateway of the member that it names alone', async () => {
    const { receipt } = buyers;
    const signedBy = (named: string, by: string, user: 'Gateway' | 'Registrar' = 'Gateway') =>
      check({ receipt, signature: memberSigner(named, identities.files(by, user))(receipt) });
    expect((await signedBy(BANK_B, BANK_B)).check.signature).to.equal('fits');
    expect((await signedBy(MARKETPLACE, BANK_B)).check.signature).to.equal('differs');
    expect((await signedBy(MARKETPLACE, MARKETPLACE, 'Registrar')).check.signature).to.equal('differs');
    expect((await signedBy('NobodyMSP', BANK_B)).check.signature).to.equal('unknown');
    const certificate = 'no certificate';
    const broken = { receipt, signature: { ...buyers.signature, certificate } };
    expect((await check(broken)).check.signature).to.equal('differs');
    const expired = { ...receipt, issuedAt: receipt.issuedAt + 100 * 31_536_000_000 };
    const late = memberSigner(MARKETPLACE, identities.files(MARKETPLACE))(expired);
    expect((await check({ receipt: expired, signature: late })).check.signature).to.equal('differs');
  });

  it('is unknown where the member has no such deal, another channel, or not that block yet', async () => {
    const behind = await memberOf(COURIER, [MARKETPLACE]);
    try {
      const said = await check(buyers, behind);
      expect(said.check).to.include({ signature: 'unknown', block: -1 });
      expect(verdictsOf(said)).to.deep.equal(['unknown']);
      await follow(behind, early.receipt.block + 1);
      expect(verdictsOf(await check(early, behind))).to.deep.equal(['fits']);
      expect(verdictsOf(await check(buyers, behind), 'phase')).to.deep.equal(['unknown']);
    } finally {
      await behind.web.close();
      await behind.database.close();
    }
    const elsewhere = { ...buyers, receipt: { ...buyers.receipt, channel: 'another' } };
    expect(verdictsOf(await check(elsewhere))).to.deep.equal(['unknown']);
  });

  it('lets nobody find out the commission by asking whether a guess fits', async () => {
    const [credit] = sellers.receipt.rows;
    // The buyer knows ids and price, and guesses what the seller got: right or wrong, the answer is the same.
    const { receipt, signature } = buyers;
    const guess = (row: ReceiptRow) => check({ receipt: { ...receipt, rows: [row] }, signature });
    const right = present(credit);
    const answers = [
      await guess(right),
      await guess(withMember('amount', '1')(right)),
      await guess({ ...right, attestation: null }),
    ];
    expect(answers.flatMap((said) => verdictsOf(said))).to.deep.equal(['unknown', 'unknown', 'unknown']);
    const paid = present((await consortium.deal(deal.id)).payments[0]).row;
    const shown = present(receipt.rows.find(({ key }) => key.startsWith('payment')));
    const whole = { ...shown, row: { ...paid } as ReceiptRow['row'] };
    const hashed = {
      ...shown,
      attestation: attestationHashOf(canonicalJson({ ...paid })),
    };
    const shares = { ...shown, key: `shares/${deal.terms.offerTerms.sharesHash}`, row: {} };
    for (const row of [whole, hashed, shares])
      expect(verdictsOf(await guess(row))).to.deep.equal(['differs']);
  });

  it('is answered under the signature of the member that says so', async () => {
    const { check: said, signature } = await check(buyers);
    const isSigned = signatureChecker(identities.members());
    expect([said.member, signature.member]).to.deep.equal([BANK_A, BANK_A]);
    expect(isSigned(said, signature, said.at)).to.equal('fits');
    expect(isSigned({ ...said, block: said.block + 1 }, signature, said.at)).to.equal('differs');
  });

  it('may be shown from pages of any site, without a session; nothing else may be asked so', async () => {
    const { web } = bank;
    const origin = 'https://elsewhere.example';
    const preflight = await fetch(web.url + VERIFY, { method: 'OPTIONS', headers: { origin } });
    expect(preflight.status).to.equal(204);
    expect(preflight.headers.get('access-control-allow-methods')).to.equal('POST');
    for (const answer of [
      preflight,
      await web.send('POST', VERIFY, buyers),
      await web.send('POST', VERIFY, {}),
    ]) {
      expect(answer.headers.get('access-control-allow-origin')).to.equal('*');
      expect(answer.headers.get('access-control-allow-credentials')).to.equal(null);
    }
    const others = await web.get('/ledger/v1/blocks', { origin });
    expect(others.headers.get('access-control-allow-origin')).to.equal(null);
  });

  it('that is none is answered with a problem', async () => {
    const { web } = bank;
    const codeOf = async (body: unknown) => (await problemOf(await web.send('POST', VERIFY, body))).code;
    const odd = withMember('amount', 1.5);
    const many = {
      ...buyers.receipt,
      rows: Array.from({ length: 1_001 }, () => present(buyers.receipt.rows[0])),
    };
    expect(await codeOf('{')).to.equal('BAD_INPUT');
    for (const body of [
      {},
      { ...buyers, more: 1 },
      altered(buyers, 'payment', odd),
      { ...buyers, receipt: many },
    ])
      expect(await codeOf(body)).to.equal('BAD_INPUT');
    expect(await codeOf(`{"receipt":"${'x'.repeat(1_100_000)}"}`)).to.equal('BODY_TOO_LARGE');
    const form = await fetch(web.url + VERIFY, { method: 'POST', body: 'a=b' });
    expect((await problemOf(form)).code).to.equal('WRONG_MEDIA_TYPE');
  });
});
