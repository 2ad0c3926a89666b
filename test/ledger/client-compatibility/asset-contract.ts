// An ordinary asset contract, as a newcomer to Fabric would write it. It knows nothing of Forescrow.
import { Context, Contract, Info, Transaction } from 'fabric-contract-api';
import { KeyEndorsementPolicy } from 'fabric-shim';

const LISTING_EVENT = 'AssetCreated';

@Info({ title: 'AssetContract', description: 'Assets that anybody may create and owners may protect' })
export class AssetContract extends Contract {
  @Transaction()
  async createAsset(ctx: Context, id: string, value: string): Promise<string> {
    const present = await ctx.stub.getState(id);
    if (present.length > 0) {
      throw new Error(`EXISTS: ${id}`);
    }
    await ctx.stub.putState(id, Buffer.from(value));
    ctx.stub.setEvent(LISTING_EVENT, Buffer.from(JSON.stringify({ id, value })));
    return value;
  }

  /** Writes without reading: such transactions never conflict. */
  @Transaction()
  async put(ctx: Context, id: string, value: string): Promise<void> {
    await ctx.stub.putState(id, Buffer.from(value));
  }

  @Transaction()
  async increment(ctx: Context, id: string): Promise<string> {
    const present = await ctx.stub.getState(id);
    const next = String(Number(present.toString() || '0') + 1);
    await ctx.stub.putState(id, Buffer.from(next));
    return next;
  }

  @Transaction()
  async deleteAsset(ctx: Context, id: string): Promise<void> {
    await ctx.stub.deleteState(id);
  }

  @Transaction(false)
  async readAsset(ctx: Context, id: string): Promise<string> {
    const value = await ctx.stub.getState(id);
    if (value.length === 0) {
      throw new Error(`NOT_FOUND: ${id}`);
    }
    return value.toString();
  }

  @Transaction(false)
  async list(ctx: Context, start: string, end: string): Promise<string[]> {
    const found: string[] = [];
    for await (const row of ctx.stub.getStateByRange(start, end)) {
      found.push(`${row.key}=${Buffer.from(row.value).toString()}`);
    }
    return found;
  }

  /** `key` gets how many assets lie in the range. */
  @Transaction()
  async count(ctx: Context, key: string, start: string, end: string): Promise<number> {
    const found = await this.list(ctx, start, end);
    await ctx.stub.putState(key, Buffer.from(String(found.length)));
    return found.length;
  }

  @Transaction(false)
  async page(ctx: Context, start: string, end: string, size: string, bookmark: string): Promise<string> {
    const answer = ctx.stub.getStateByRangeWithPagination(start, end, Number(size), bookmark);
    const keys: string[] = [];
    for await (const row of answer) {
      keys.push(row.key);
    }
    const { metadata } = await answer;
    return JSON.stringify({ keys, fetched: metadata.fetchedRecordsCount, bookmark: metadata.bookmark });
  }

  @Transaction()
  async tag(ctx: Context, colour: string, id: string): Promise<void> {
    await ctx.stub.putState(ctx.stub.createCompositeKey('tag', [colour, id]), Buffer.from('1'));
  }

  @Transaction(false)
  async tagged(ctx: Context, colour: string): Promise<string[]> {
    const found: string[] = [];
    for await (const row of ctx.stub.getStateByPartialCompositeKey('tag', [colour])) {
      found.push(ctx.stub.splitCompositeKey(row.key).attributes[1] ?? '');
    }
    return found;
  }

  /** From now on only this organisation's peer can agree to a change. */
  @Transaction()
  async protect(ctx: Context, id: string, mspId: string): Promise<void> {
    const policy = new KeyEndorsementPolicy();
    policy.addOrgs('MEMBER', mspId);
    await ctx.stub.setStateValidationParameter(id, policy.getPolicy());
  }

  @Transaction(false)
  async owners(ctx: Context, id: string): Promise<string[]> {
    const policy = new KeyEndorsementPolicy(Buffer.from(await ctx.stub.getStateValidationParameter(id)));
    return policy.listOrgs();
  }

  /** The value travels as transient data `value` into the organisation's own collection. */
  @Transaction()
  async keepSecret(ctx: Context, mspId: string, id: string): Promise<void> {
    const value = ctx.stub.getTransient().get('value');
    await ctx.stub.putPrivateData(collectionOf(mspId), id, value ?? Buffer.from(''));
  }

  /** A public and a private write together. */
  @Transaction()
  async keepSecretAndPut(ctx: Context, mspId: string, id: string): Promise<void> {
    await this.keepSecret(ctx, mspId, id);
    await ctx.stub.putState(id, Buffer.from('kept'));
  }

  @Transaction(false)
  async readSecret(ctx: Context, mspId: string, id: string): Promise<string> {
    return (await ctx.stub.getPrivateData(collectionOf(mspId), id)).toString();
  }

  @Transaction(false)
  async listSecrets(ctx: Context, mspId: string): Promise<string[]> {
    const found: string[] = [];
    for await (const row of ctx.stub.getPrivateDataByRange(collectionOf(mspId), '', '')) {
      found.push(`${row.key}=${Buffer.from(row.value).toString()}`);
    }
    return found;
  }

  @Transaction(false)
  async secretHash(ctx: Context, mspId: string, id: string): Promise<string> {
    return Buffer.from(await ctx.stub.getPrivateDataHash(collectionOf(mspId), id)).toString('hex');
  }

  /** From newest to oldest: value, or a dash where the asset was deleted. */
  @Transaction(false)
  async history(ctx: Context, id: string): Promise<string[]> {
    const found: string[] = [];
    for await (const entry of ctx.stub.getHistoryForKey(id)) {
      found.push(entry.isDelete ? '-' : Buffer.from(entry.value).toString());
    }
    return found;
  }

  /** The value travels as transient data `value`. */
  @Transaction()
  async share(ctx: Context, collection: string, id: string): Promise<void> {
    await ctx.stub.putPrivateData(collection, id, ctx.stub.getTransient().get('value') ?? Buffer.from(''));
  }

  @Transaction()
  async purge(ctx: Context, collection: string, id: string): Promise<void> {
    await ctx.stub.purgePrivateData(collection, id);
  }

  @Transaction(false)
  async readShared(ctx: Context, collection: string, id: string): Promise<string> {
    return (await ctx.stub.getPrivateData(collection, id)).toString();
  }

  /** Every peer answers differently. */
  @Transaction()
  async undecided(ctx: Context, id: string): Promise<void> {
    await ctx.stub.putState(id, Buffer.from(String(Math.random())));
  }

  @Transaction(false)
  async query(ctx: Context, selector: string): Promise<void> {
    await ctx.stub.getQueryResult(selector);
  }

  @Transaction()
  async callItself(ctx: Context, name: string): Promise<void> {
    await ctx.stub.invokeChaincode(name, ['readAsset', 'x'], '');
  }

  @Transaction(false)
  async wait(_ctx: Context, milliseconds: string): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, Number(milliseconds)));
  }
}

function collectionOf(mspId: string): string {
  return `_implicit_org_${mspId}`;
}

export const contracts = [AssetContract];
