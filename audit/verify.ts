// Verifies a ledger from its blocks alone, and with a member's private data that member's own values and books.
import { common, peer } from '@hyperledger/fabric-protos';
import { messageOf } from '../ledger/fabric/error-message.js';
import { sameBytes } from '../ledger/fabric/protobuf.js';
import type { ParsedNamespace } from '../ledger/fabric/read-write-set.js';
import { BankBooks, type BookLine } from './bank-books.js';
import { hex, readBlock, type ReadBlock } from './block-form.js';
import { checkBlockSignatures } from './block-signatures.js';
import { checkCollections, checkOwnEndorsement } from './check-collections.js';
import type { ChannelConfiguration } from './channel-configuration.js';
import type { DeliveredBlock } from './delivered-block.js';
import { EscrowChecks } from './escrow-checks.js';
import { Findings, type CheckName, type Finding, type Place } from './findings.js';
import type { NotReplayedLine } from './not-replayed.js';
import { OwnCollection, type PrivateData } from './own-collection.js';
import { Replay, type ReplayedBlock, type ReplayedTransaction, type ValidTransaction } from './replay.js';
import type { RuleChange } from './rule-changes.js';

const Code = peer.TxValidationCode;
const { TRANSACTIONS_FILTER, COMMIT_HASH } = common.BlockMetadataIndex;

export interface VerifyOptions {
  readonly channel: string;
  /** Name of the escrow chaincode. */
  readonly chaincode: string;
  /** MSP id of the organisation that founds the channel, as who verifies knows it. */
  readonly marketplace: string;
  /** Whose private data is delivered with the blocks; null: no member's. */
  readonly mspId: string | null;
  readonly blocks: Iterable<DeliveredBlock> | AsyncIterable<DeliveredBlock>;
  /** Called with the number of each block after it was checked. */
  readonly progress?: (block: number) => void;
}

export interface VerifyReport {
  readonly blocks: number;
  readonly transactions: number;
  /** Header hashes of the first and the last block, hexadecimal: what members compare with each other; null: none. */
  readonly firstHash: string | null;
  readonly lastHash: string | null;
  readonly checks: Findings['checks'];
  /** The first thousand. */
  readonly findings: readonly Finding[];
  /** How the rules of the channel came about, oldest first. */
  readonly ruleChanges: readonly RuleChange[];
  /** Commands that no block holds: they were checked by what they left in public. */
  readonly notReplayed: readonly NotReplayedLine[];
  /** The trial balance of the member whose private data was read; empty if none was. */
  readonly books: readonly BookLine[];
  readonly ok: boolean;
}

export async function verifyBlocks(options: VerifyOptions): Promise<VerifyReport> {
  const verification = new Verification(options);
  for await (const block of options.blocks) {
    if (!(await verification.take(block))) break;
    options.progress?.(verification.blocks - 1);
  }
  return verification.report();
}

/** The check that a transaction fails which should have had this code. */
const CHECK_OF: ReadonlyMap<number, CheckName> = new Map([
  [Code.BAD_CREATOR_SIGNATURE, 'creators'],
  [Code.ENDORSEMENT_POLICY_FAILURE, 'endorsements'],
  [Code.MVCC_READ_CONFLICT, 'reads'],
  [Code.PHANTOM_READ_CONFLICT, 'reads'],
]);

class Verification {
  blocks = 0;
  private readonly findings = new Findings();
  private readonly replay: Replay;
  private readonly escrow: EscrowChecks;
  private readonly books: BankBooks | null;
  private readonly own: OwnCollection | null;
  private delivered: PrivateData | null = null;
  private previousHash: Uint8Array = new Uint8Array();
  private firstHash: Uint8Array | null = null;
  private lastConfig = 0;
  private transactions = 0;

  constructor(private readonly options: VerifyOptions) {
    const { channel, chaincode, marketplace, mspId } = options;
    const { findings } = this;
    this.escrow = new EscrowChecks({ channel, chaincode, marketplace, findings });
    const books = mspId === null ? null : new BankBooks(mspId, findings);
    this.books = books;
    this.own =
      mspId === null || books === null
        ? null
        : new OwnCollection(mspId, {
            chaincode,
            findings,
            onRemove: (key) => {
              books.remove(key);
            },
            onWrite: (key, text, place) => {
              books.write(key, text, place);
            },
          });
    this.replay = new Replay(channel, {
      before: (transaction, state) => this.escrow.before(transaction, state),
      after: (transaction) => {
        this.after(transaction);
      },
    });
  }

  /** False if nothing that follows can be checked. */
  async take({ bytes, privateData }: DeliveredBlock): Promise<boolean> {
    const expected = { number: this.blocks, previousHash: this.previousHash };
    const block = readBlock(bytes, expected, this.findings);
    if (!block) return false;
    this.delivered = privateData;
    const before = this.replay.configuration;
    const replayed = await this.play(block);
    if (!replayed) return false;
    this.checkConfiguration(block, replayed, before);
    this.checkSignatures(block, replayed, before);
    this.checkCodes(block, replayed);
    this.blocks += 1;
    this.transactions += block.envelopes.length;
    this.previousHash = block.hash;
    this.firstHash ??= block.hash;
    return true;
  }

  report(): VerifyReport {
    const { findings } = this;
    if (this.own) this.books?.finish({ block: this.blocks - 1, transaction: null }, this.escrow.rows);
    return {
      blocks: this.blocks,
      transactions: this.transactions,
      firstHash: this.firstHash && hex(this.firstHash),
      lastHash: this.firstHash && hex(this.previousHash),
      checks: findings.checks,
      findings: findings.list,
      ruleChanges: this.escrow.ruleChanges,
      notReplayed: this.escrow.notReplayed,
      books: this.books?.lines() ?? [],
      ok: findings.total === 0 && this.blocks > 0,
    };
  }

  private after(transaction: ValidTransaction): void {
    const { block, txId, action } = transaction;
    this.checkDefinition(action.sets, { block, transaction: txId });
    this.escrow.after(transaction);
    if (this.delivered) this.own?.take(transaction, this.delivered);
  }

  private async play(block: ReadBlock): Promise<ReplayedBlock | null> {
    try {
      return await this.replay.play(block);
    } catch (error) {
      this.findings.expect('configuration', { block: block.number, transaction: null }, false, () => ({
        found: messageOf(error),
        needed: 'a configuration that can be read, in block 0 first of all',
      }));
      return null;
    }
  }

  private checkConfiguration(
    block: ReadBlock,
    { configuration }: ReplayedBlock,
    before: ChannelConfiguration | null,
  ): void {
    if (!configuration) return;
    this.lastConfig = block.number;
    const needed = before ? before.sequence + 1 : 0;
    const place = { block: block.number, transaction: null };
    this.checkDefinition(configuration.definitions, place);
    checkOwnEndorsement(configuration, place, this.findings);
    this.findings.expect('configuration', place, configuration.sequence === needed, () => ({
      found: `sequence ${String(configuration.sequence)}`,
      needed: `sequence ${String(needed)}`,
    }));
  }

  private checkDefinition(sets: readonly ParsedNamespace[], place: Place): void {
    const members = [...(this.replay.configuration?.members.keys() ?? [])];
    const { findings } = this;
    checkCollections(sets, { chaincode: this.options.chaincode, members, place, findings });
  }

  private checkSignatures(
    block: ReadBlock,
    { configuration }: ReplayedBlock,
    before: ChannelConfiguration | null,
  ): void {
    const inForce = before ?? configuration;
    if (!inForce) return;
    const under = { configuration: inForce, lastConfig: this.lastConfig };
    checkBlockSignatures(block, under, this.findings);
  }

  private checkCodes(block: ReadBlock, { transactions, commitHash }: ReplayedBlock): void {
    const stored = block.metadata[TRANSACTIONS_FILTER] ?? new Uint8Array();
    const place = { block: block.number, transaction: null };
    this.findings.expect('validity', place, stored.length === transactions.length, () => ({
      found: `${String(stored.length)} validity codes`,
      needed: String(transactions.length),
    }));
    for (const [position, transaction] of transactions.entries()) {
      this.checkCode(block.number, stored[position] ?? null, transaction);
    }
    const noted = block.metadata[COMMIT_HASH] ?? new Uint8Array();
    this.findings.expect('commitHash', place, sameBytes(noted, commitHashMetadata(commitHash)), () => ({
      found: hex(noted),
      needed: hex(commitHashMetadata(commitHash)),
    }));
  }

  private checkCode(block: number, stored: number | null, { txId, code }: ReplayedTransaction): void {
    const accused =
      stored === Code.VALID && code !== Code.VALID ? (CHECK_OF.get(code) ?? 'validity') : 'validity';
    const fault = () => ({
      found: `code ${stored === null ? 'missing' : codeName(stored)}`,
      needed: codeName(code),
    });
    for (const check of ['creators', 'endorsements', 'reads', 'validity'] as const) {
      const holds = stored === code || check !== accused;
      this.findings.expect(check, { block, transaction: txId }, holds, fault);
    }
  }
}

function commitHashMetadata(hash: Uint8Array): Uint8Array {
  const metadata = new common.Metadata();
  metadata.setValue(hash);
  return metadata.serializeBinary();
}

function codeName(code: number): string {
  const names = Object.entries(Code) as [string, number][]; // an enumeration of numbers by name
  const name = names.find(([, value]) => value === code)?.[0] ?? 'unknown';
  return `${String(code)} (${name})`;
}
