// A command is signed once and sent as it is until its outcome is final, whatever the network does to its answers.
import { expect } from 'chai';
import type { Intent } from '../../../chaincode/protocol/intent.js';
import type { Operation } from '../../../gateway/protocol/api/forms.js';
import { ROUTES } from '../../../gateway/protocol/api/endpoints.js';
import { ApiClient, ApiProblem, ApiUnreachable } from '../../../gateway/sdk/api-client.js';
import { CommandSender } from '../../../gateway/sdk/command-sender.js';
import { askLink } from '../../../gateway/sdk/commands/accounts.js';
import { type KeyStore, memoryKeyStore } from '../../../gateway/sdk/key-store.js';
import { makePerson } from '../../support/people.js';

const alice = makePerson('alice');
const purpose = 'an account at bank 10';
const link = () => ({ bank: '10', currency: 'RUB', publicKey: alice.key });

type Answer = (intent: Intent) => Response;

const json = (status: number, body: object): Response => Response.json(body, { status });
const operation =
  (change: Partial<Operation>): Answer =>
  (intent) =>
    json(200, {
      ...{ id: intent.body.id, action: 'askLink', status: 'done', code: null, txId: 'tx', block: 7 },
      ...change,
    });
const problem =
  (status: number, code: string): Answer =>
  () =>
    json(status, {
      ...{ type: `/problems/${code}`, title: code, status, detail: code, code, values: {}, requestId: 'r' },
    });
const silence: Answer = () => {
  throw new TypeError('the connection is gone');
};

interface Device {
  readonly keyStore: KeyStore;
  /** A tab, or the same device after a reload. */
  readonly open: () => CommandSender;
  /** Ids of the intents as they were sent, one for each request. */
  readonly sent: string[];
  readonly signed: () => number;
}

/** Requests are answered in this order; more are not expected. */
function device(answers: Answer[]): Device {
  const keyStore = memoryKeyStore();
  const sent: string[] = [];
  let signed = 0;
  const api = new ApiClient({
    ...{ base: 'http://gateway.test', routes: ROUTES, language: () => 'en' },
    fetch: (_address, init) => {
      const { intent } = JSON.parse(init?.body as string) as { intent: Intent };
      sent.push(intent.body.id);
      const answer = answers.shift();
      if (answer === undefined) return Promise.reject(new Error('one request too many'));
      return new Promise((resolve) => {
        resolve(answer(intent));
      });
    },
  });
  const sign = ({ action, params, id }: { action: string; params: object; id: string }): Promise<Intent> => {
    signed += 1;
    return Promise.resolve(
      alice.sign(action as 'askLink', params as never, { channel: 'escrow', now: Date.now(), id }),
    );
  };
  const open = () =>
    new CommandSender({ api, keyStore, person: () => alice.id, sign, sleep: () => Promise.resolve() });
  return { keyStore, open, sent, signed: () => signed };
}

const send = (sender: CommandSender): Promise<Operation> =>
  sender.send('askLink', { request: askLink(link()), purpose });
const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe('commands of a device', () => {
  it('a lost answer is asked for with the same signature', async () => {
    const { open, sent, signed, keyStore } = device([silence, problem(503, 'LEDGER_AWAY'), operation({})]);
    expect(await send(open())).to.include({ status: 'done' });
    expect(new Set(sent).size).to.equal(1);
    expect(sent).to.have.length(3);
    expect(signed()).to.equal(1);
    expect(await keyStore.allPending(alice.id)).to.deep.equal([]);
  });

  it('what got no answer is kept; the next visit sends it again and signs no other', async () => {
    const { open, sent, signed, keyStore } = device([...Array<Answer>(5).fill(silence), operation({})]);
    expect(await failure(send(open()))).to.be.instanceOf(ApiUnreachable);
    expect(await keyStore.allPending(alice.id)).to.have.length(1);
    expect(await open().resume()).to.have.nested.property('[0].status', 'done');
    expect(new Set(sent).size).to.equal(1);
    expect(signed()).to.equal(1);
    expect(await keyStore.allPending(alice.id)).to.deep.equal([]);
  });

  it('two tabs that ask at the same moment take turns', async () => {
    const { open, sent } = device([operation({}), operation({})]);
    const [first, second] = await Promise.all([send(open()), send(open())]);
    expect([first.id, second.id]).to.deep.equal(sent);
  });

  it('one that its time has passed by while the connection was gone makes room for the new one', async () => {
    for (const late of [operation({ status: 'refused', code: 'TOO_LATE' }), problem(409, 'INTENT_EXPIRED')]) {
      const { open, sent, signed } = device([...Array<Answer>(5).fill(silence), late, operation({})]);
      expect(await failure(send(open()))).to.be.instanceOf(ApiUnreachable);
      const operationOfNew = await send(open());
      expect(operationOfNew).to.include({ status: 'done', id: sent.at(-1) });
      expect(sent.at(-1)).not.to.equal(sent[0]);
      expect(signed()).to.equal(2);
    }
  });

  it('one that acted is answered in place of a new one', async () => {
    const { open, sent, signed } = device([...Array<Answer>(5).fill(silence), operation({})]);
    await failure(send(open()));
    expect(await send(open())).to.include({ status: 'done', id: sent[0] });
    expect(signed()).to.equal(1);
  });

  it('a refusal is final at once, one for now leaves the command in place', async () => {
    const refused = device([problem(409, 'WRONG_STATE')]);
    expect(await failure(send(refused.open()))).to.be.instanceOf(ApiProblem);
    expect(await refused.keyStore.allPending(alice.id)).to.deep.equal([]);
    const busy = device([problem(429, 'TOO_MANY_REQUESTS')]);
    expect(await failure(send(busy.open()))).to.be.instanceOf(ApiProblem);
    expect(await busy.keyStore.allPending(alice.id)).to.have.length(1);
  });
});
