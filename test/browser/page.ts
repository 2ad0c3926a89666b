// What the test's page offers: the SDK and the protocol as a browser loads them, called by name from the test.
import { canonicalJson, hashOf, type Json } from '../../chaincode/protocol/canonical-json.js';
import { accountNumber, isAccountNumber } from '../../chaincode/protocol/account-number.js';
import { attestationHashOf } from '../../chaincode/protocol/attestation.js';
import { COMMANDS } from '../../chaincode/protocol/commands.js';
import { bodyHash, keyThumbprint, type Intent, type IntentBody } from '../../chaincode/protocol/intent.js';
import { ownerPolicy } from '../../chaincode/protocol/key-policy.js';
import { LIFE_CYCLE } from '../../chaincode/protocol/life-cycle.js';
import { linkCodeHash } from '../../chaincode/protocol/link-code.js';
import { operationId } from '../../chaincode/protocol/operation-id.js';
import { refundKeyOf } from '../../chaincode/protocol/refund-key.js';
import { makeSealingKeyPair, open, seal } from '../../gateway/protocol/sealed-code.js';
import * as accounts from '../../gateway/sdk/commands/accounts.js';
import * as deals from '../../gateway/sdk/commands/deals.js';
import * as offers from '../../gateway/sdk/commands/offers.js';
import * as payments from '../../gateway/sdk/commands/payments.js';
import * as shipments from '../../gateway/sdk/commands/shipments.js';
import { importPrivateKey, makeKeyPair, signerOf, type KeyPair } from '../../gateway/sdk/keys.js';
import { quote } from '../../gateway/sdk/quote.js';
import {
  deliveryProof,
  importDealSecret,
  makeRecipientCode,
  recipientCodeHash,
  recipientCodeOf,
} from '../../gateway/sdk/recipient-code.js';
import { isGenuine, signIntent } from '../../gateway/sdk/sign.js';
import type { VaultRecord } from '../../gateway/protocol/api/session.js';
import { type PasswordOwner, passwordKeys, type PasswordSalt } from '../../gateway/protocol/password-keys.js';
import { makeVault, openVault, type VaultOwner } from '../../gateway/sdk/vault.js';

export const FUNCTIONS = {
  isSecureContext: () => (globalThis as { readonly isSecureContext?: boolean }).isSecureContext ?? null,
  /** Canonical text and hash; null: refused. */
  canonical: (value: Json) => {
    try {
      return { text: canonicalJson(value), hash: hashOf(value) };
    } catch {
      return null;
    }
  },
  hashes: (key: string, body: IntentBody) => ({
    body: bodyHash(body),
    key: keyThumbprint(key),
    attestation: attestationHashOf('{"é":1}'),
    linkCode: linkCodeHash({ link: 'link_00000001', code: '123456' }),
    operation: operationId({ kind: 'hold', deal: 'deal_1', payment: 'payment_1' }, '0'.repeat(32)),
    refundKey: refundKeyOf(key.slice(0, 43).replace(/.$/, 'A'), 'deal_1'),
    ownerPolicy: [...ownerPolicy('BankAMSP')],
  }),
  lifeCycle: () => LIFE_CYCLE as unknown as Json, // a table of texts
  accounts: (bank: string, bytes: readonly number[]) => {
    const account = accountNumber(bank, Uint8Array.from(bytes));
    return { account, isRight: isAccountNumber(account), isRightWithout: isAccountNumber(account.slice(1)) };
  },
  /** Every builder that hashes, and whether the ledger's forms read what it made. */
  requests: (purchase: Parameters<typeof deals.buy>[0], publicKey: string) => {
    const { request, terms } = deals.buy(purchase);
    const { amount, fee } = quote({
      amount: '500001',
      payerBank: bankOf({ usualBasisPoints: 200, toBank: { '20': 150 } }),
      terms: purchase.offerTerms,
    });
    const made = [
      request,
      offers.listOffer(purchase.offerTerms, '1178000'),
      payments.submitPayment({ terms, amount, fee, link: purchase.link, arrivedAt: purchase.boughtAt }),
      shipments.deliver({ deal: terms.deal, recipientCode: purchase.recipientCode }),
      deals.acceptGoods(terms),
      deals.cancelDeal(terms),
      deals.concedeDeal(terms),
      deals.invitePayer(terms, { invitationKey: publicKey, most: amount, until: purchase.boughtAt }),
      accounts.askLink({ bank: '10', currency: 'RUB', publicKey }),
    ];
    // Parameters hold JSON values only.
    return made.map(({ action, params }) => COMMANDS[action].signed(params as unknown as Json, 'params'));
  },
  makeKeyPair,
  sign: async (pair: KeyPair, body: IntentBody) => signIntent(await signerOf(pair), body),
  isGenuine: (intent: Intent) => isGenuine(intent),
  /** Whether the platform gives an imported private key out again. */
  exportsKey: async (pair: KeyPair) => {
    const key = await importPrivateKey(pair.privateKey);
    return globalThis.crypto.subtle.exportKey('pkcs8', key).then(
      () => true,
      () => false,
    );
  },
  makeSealingKeyPair,
  seal,
  open: (privateKey: string, context: string, sealed: string) =>
    open(privateKey, context, sealed).catch((error: unknown) => (error as Error).name),
  makeRecipientCode,
  recipientCodes: async (secret: readonly number[], deal: string) => {
    const code = await recipientCodeOf(await importDealSecret(Uint8Array.from(secret)), deal);
    const written = `${code.slice(0, 9).toLowerCase()}-${code.slice(9).replaceAll('0', 'o')} `;
    return { code, h1: deliveryProof(deal, written), h2: recipientCodeHash(deal, code) };
  },
  /** The log-in secret of a password. */
  loginSecret: async (password: string, owner: PasswordOwner, salt: PasswordSalt) =>
    (await passwordKeys(password, owner, salt)).secret,
  newVault: async (password: string, owner: PasswordOwner & VaultOwner, salt: PasswordSalt) => {
    const { wrappingKey } = await passwordKeys(password, owner, salt);
    const { record, open, recoveryCode } = await makeVault(owner, wrappingKey);
    return { record, recoveryCode, code: await recipientCodeOf(open.dealSecret, 'deal_1') };
  },
  /** By the password and by the recovery code: the same keys, which never come out; else why not. */
  openedVault: async (
    vault: { readonly record: VaultRecord; readonly recoveryCode: string },
    password: string,
    owner: PasswordOwner & VaultOwner,
    salt: PasswordSalt,
  ) => {
    const expected = { thumbprint: vault.record.thumbprint, leastVersion: 1 };
    const { wrappingKey } = await passwordKeys(password, owner, salt);
    try {
      const open = await openVault(vault.record, owner, { wrappingKey }, expected);
      const again = await openVault(vault.record, owner, { recoveryCode: vault.recoveryCode }, expected);
      const { extractable } = open.signingKey;
      const code = await recipientCodeOf(again.dealSecret, 'deal_1');
      return { code, isSame: open.publicKey === again.publicKey, extractable };
    } catch (error) {
      return (error as Error).message;
    }
  },
} as const;

function bankOf(tariff: NonNullable<Parameters<typeof quote>[0]['payerBank']['tariff']>) {
  const rest = { name: 'Bank A', bic: '044525010', previousTariff: null, tariffSince: 0 } as const;
  const row = { v: 1, id: '10', owner: 'BankAMSP', status: 'active', ...rest } as const;
  return { ...row, tariff, sealingKey: null, debitCaps: {} };
}

export type Functions = typeof FUNCTIONS;

Object.assign(globalThis, { forescrow: FUNCTIONS });
