// A small contract that takes lists as Forescrow's does, for the ledger client's own tests.
// It knows no escrow: commands put a value, count up, are refused, or spoil the whole list.
import { Context, Contract, Transaction } from 'fabric-contract-api';
import { collectionOf } from '../../../chaincode/protocol/attestation.js';
import type { Json } from '../../../chaincode/protocol/canonical-json.js';
import { EVENT_NAME, type Command, type CommandResult } from '../../../chaincode/protocol/commands.js';
import { type Lane } from '../../../chaincode/protocol/declaration.js';

import { RuleViolation } from '../../../chaincode/protocol/violation.js';

const UTF8 = 'utf8';

interface Store {
  read(key: string): Promise<Uint8Array>;
  write(key: string, value: string): Promise<void>;
}

async function applyOne(store: Store, command: Command): Promise<CommandResult> {
  const key = textParam(command, 'key');
  switch (command.action) {
    case 'put':
      await store.write(key, textParam(command, 'value'));
      return { ok: true, id: key };
    case 'increment': {
      const before = Buffer.from(await store.read(key)).toString(UTF8);
      await store.write(key, String(Number(before === '' ? '0' : before) + 1));
      return { ok: true, id: key };
    }
    case 'spoil':
      throw new RuleViolation('WRONG_LANE', { key });
    default:
      return { ok: false, id: key, code: 'WRONG_STATE', values: { found: command.action } };
  }
}

async function applyAll(
  ctx: Context,
  lane: Lane,
  commands: readonly Command[],
  store: Store,
): Promise<CommandResult[]> {
  const results: CommandResult[] = [];
  for (const command of commands) results.push(await applyOne(store, command));
  const event = {
    v: 1,
    lane,
    results: results.map((result, index) => ({ action: commands[index]?.action ?? '', result, rows: {} })),
  };
  ctx.stub.setEvent(EVENT_NAME, Buffer.from(JSON.stringify(event)));
  return results;
}

export class AgreementContract extends Contract {
  constructor() {
    super('agreement');
  }

  @Transaction()
  async apply(ctx: Context, list: string): Promise<string> {
    const results = await applyAll(ctx, 'agreement', commandsOf(list), {
      read: (key) => ctx.stub.getState(key),
      write: (key, value) => ctx.stub.putState(key, Buffer.from(value)),
    });
    return JSON.stringify(results);
  }
}

export class OwnerContract extends Contract {
  constructor() {
    super('owner');
  }

  @Transaction()
  async apply(ctx: Context): Promise<string> {
    const { owner, commands } = this.asked(ctx);
    const results = await applyAll(ctx, 'owner', commands, this.store(ctx, owner));
    if (results.every((result) => !result.ok)) {
      throw new RuleViolation('NOTHING_WRITTEN', { results: results as unknown as Json });
    }
    return JSON.stringify(results);
  }

  @Transaction(false)
  async try(ctx: Context): Promise<string> {
    const { owner, commands } = this.asked(ctx);
    return JSON.stringify(await applyAll(ctx, 'owner', commands, this.store(ctx, owner)));
  }

  @Transaction(false)
  async query(ctx: Context): Promise<string> {
    const { about, account } = JSON.parse(this.transient(ctx, 'query')) as { about: string; account: string };
    const owner = this.transient(ctx, 'owner');
    const value = await this.store(ctx, owner).read(account);
    return JSON.stringify({ about, account, available: Buffer.from(value).toString(UTF8) });
  }

  private store(ctx: Context, owner: string): Store {
    const collection = collectionOf(owner);
    return {
      read: (key) => ctx.stub.getPrivateData(collection, key),
      write: (key, value) => ctx.stub.putPrivateData(collection, key, Buffer.from(value)),
    };
  }

  private asked(ctx: Context): { owner: string; commands: readonly Command[] } {
    return { owner: this.transient(ctx, 'owner'), commands: commandsOf(this.transient(ctx, 'commands')) };
  }

  private transient(ctx: Context, name: string): string {
    return Buffer.from(ctx.stub.getTransient().get(name) ?? new Uint8Array()).toString(UTF8);
  }
}

export class QueryContract extends Contract {
  constructor() {
    super('query');
  }

  @Transaction(false)
  async rows(ctx: Context, list: string): Promise<string> {
    const keys = JSON.parse(list) as string[];
    const rows: Record<string, unknown> = {};
    for (const key of keys) {
      const bytes = await ctx.stub.getState(key);
      rows[key] = bytes.length === 0 ? null : (JSON.parse(Buffer.from(bytes).toString(UTF8)) as unknown);
    }
    return JSON.stringify(rows);
  }
}

function commandsOf(list: string): readonly Command[] {
  return JSON.parse(list) as readonly Command[];
}

function textParam(command: Command, name: string): string {
  const value = command.params?.[name];
  return typeof value === 'string' ? value : '';
}

export const contracts = [AgreementContract, OwnerContract, QueryContract];
