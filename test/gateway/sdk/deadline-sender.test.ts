// A command with a deadline before silent, slow and lying gateways: whom the SDK believes, when it offers the next
// member's door, and when it takes it by itself.
import { X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import { submissionReceipts } from '../../../gateway/operations/submission-receipts.js';
import type { Operation } from '../../../gateway/protocol/api/forms.js';
import type { SubmissionReceipt } from '../../../gateway/protocol/submission-receipt.js';
import { ApiProblem, ApiUnreachable } from '../../../gateway/sdk/api-client.js';
import type { ConsortiumSettings } from '../../../gateway/sdk/consortium-settings.js';
import { type Door, sendWithDeadline, type Submission } from '../../../gateway/sdk/deadline-sender.js';
import {
  createAuthority,
  type IssuedCredential,
  issueSigningCertificate,
} from '../../../network/identity/certificates.js';
import { makePerson, randomHash } from '../../support/people.js';

const CHANNEL = 'escrow';
const WINDOW_MS = 3_000;
/** A second of the sender's takes so many milliseconds here. */
const SECOND_MS = 50;
const DAY_MS = 86_400_000;
const alice = makePerson('alice');

interface Member {
  readonly mspId: string;
  readonly authority: IssuedCredential;
  readonly gateway: IssuedCredential;
}

async function makeMember(mspId: string, madeAt = Date.now()): Promise<Member> {
  const name = { organisation: mspId, commonName: `ca.${mspId}` };
  const authority = await createAuthority(name, new Date(madeAt));
  const subject = { organisation: mspId, commonName: 'gateway', unit: 'client' } as const;
  return {
    mspId,
    authority,
    gateway: await issueSigningCertificate(authority, subject, { now: new Date(madeAt) }),
  };
}

const payment = () =>
  alice.sign(
    'submitPayment',
    {
      deal: 'deal_00000001',
      termsHash: randomHash(),
      amount: '100',
      fee: '0',
      currency: 'RUB',
      link: 'link_00000001',
      arrivedAt: Date.now(),
      invitation: null,
    },
    { channel: CHANNEL, now: Date.now() },
  );

describe('commands with a deadline', function () {
  this.timeout(60_000);
  let marketplace: Member;
  let bank: Member;
  let settings: ConsortiumSettings;
  before(async () => {
    marketplace = await makeMember('MarketplaceMSP');
    bank = await makeMember('BankAMSP');
    settings = settingsOf([marketplace, bank]);
  });

  function receiptOf(by: Member, intent = payment(), at = Date.now(), change: Partial<Member> = {}) {
    const { mspId, gateway } = { ...by, ...change };
    const { certPem, keyPem } = gateway;
    const receipt = submissionReceipts({ channel: CHANNEL, mspId, certPem, keyPem })(intent, at);
    if (receipt === null) throw new Error('a payment has a deadline');
    return receipt;
  }

  /** Sends one payment through these doors; `take`: the person takes the door that is offered. */
  async function send(of: {
    readonly doors: (intent: ReturnType<typeof payment>) => readonly Door[];
    readonly deadlineInMs?: number;
    readonly take?: boolean;
  }) {
    const intent = payment();
    const shown: Submission[] = [];
    const outcome = await sendWithDeadline({
      ...{ intent, settings, sentAt: Date.now(), doors: of.doors(intent) },
      ...(of.deadlineInMs === undefined ? {} : { deadline: Date.now() + of.deadlineInMs }),
      onSubmission: (submission) => {
        shown.push(submission);
        if (of.take === true) submission.other?.take();
      },
      now: () => Date.now(),
      sleep: shortened,
    }).catch((error: unknown) => error);
    return { outcome, shown, offered: [...new Set(shown.flatMap(({ other }) => other?.member ?? []))] };
  }

  it('a receipt comes first and is shown, then the outcome; no other door is offered', async () => {
    const { outcome, shown, offered } = await send({
      doors: (intent) => [
        door(marketplace, { receipt: receiptOf(marketplace, intent), doneAfterMs: 3 * SECOND_MS }),
        door(bank, null),
      ],
    });
    expect(outcome)
      .to.deep.include({ isSettled: true })
      .and.have.nested.include({ 'operation.status': 'done' });
    expect(shown.at(-1)?.receipt?.body).to.include({ mspId: 'MarketplaceMSP', person: alice.id });
    expect(offered).to.deep.equal([]);
  });

  it('a silent gateway: the next member’s door is offered, and taken when the person says so', async () => {
    const doors = (intent: ReturnType<typeof payment>) => [
      door(marketplace, null),
      door(bank, { receipt: receiptOf(bank, intent), doneAfterMs: 0 }),
    ];
    const left = await send({ doors });
    expect(left.offered).to.deep.equal(['BankAMSP']);
    expect(left.outcome, 'nobody has answered: it is kept').to.be.instanceOf(ApiUnreachable);
    const taken = await send({ doors, take: true });
    expect(taken.outcome)
      .to.deep.include({ isSettled: true })
      .and.have.nested.include({ 'operation.status': 'done' });
    expect(taken.shown.at(-1)).to.deep.include({ silent: ['MarketplaceMSP'] });
    expect(taken.shown.at(-1)?.receipt?.body.mspId).to.equal('BankAMSP');
  });

  it('in the last minute before its deadline it is taken without asking, earlier it is not', async () => {
    const doors = (intent: ReturnType<typeof payment>) => [
      door(marketplace, null),
      door(bank, { receipt: receiptOf(bank, intent), doneAfterMs: 0 }),
    ];
    const soon = await send({ doors, deadlineInMs: 59_000 });
    expect(soon.outcome).to.have.nested.include({ 'operation.status': 'done' });
    const later = await send({ doors, deadlineInMs: 120_000 });
    expect(later.outcome).to.be.instanceOf(ApiUnreachable);
    expect(later.offered).to.deep.equal(['BankAMSP']);
  });

  it('a receipt without a commit in ten seconds: the other door is offered, what the first said is kept', async () => {
    let looks = 0;
    const { outcome, shown, offered } = await send({
      doors: (intent) => {
        const pending = door(marketplace, { receipt: receiptOf(marketplace, intent), doneAfterMs: null });
        const look: Door['look'] = (signal) => ((looks += 1), pending.look(signal));
        return [{ ...pending, look }, door(bank, null)];
      },
    });
    expect(offered).to.deep.equal(['BankAMSP']);
    expect(shown.at(-1)?.receipt).not.to.equal(null);
    expect(outcome)
      .to.deep.include({ isSettled: false })
      .and.have.nested.include({ 'operation.status': 'pending' });
    await shortened(2_000, new AbortController().signal);
    const asked = looks;
    await shortened(5_000, new AbortController().signal);
    expect(looks, 'nobody asks any more once there is an outcome').to.equal(asked);
  });

  it('a gateway with a false receipt is as good as silent, and its “done” counts for nothing', async () => {
    const otherCa = await makeMember('MarketplaceMSP');
    const old = await makeMember('MarketplaceMSP', Date.now() - 2 * 365 * DAY_MS);
    const expired = { ...marketplace, gateway: old.gateway };
    const now = Date.now();
    const lies: {
      readonly [what: string]: (intent: ReturnType<typeof payment>) => SubmissionReceipt | undefined;
    } = {
      'none at all': () => undefined,
      'another command': () => receiptOf(marketplace),
      'another authority': (intent) => receiptOf(otherCa, intent),
      'an expired certificate': (intent) => receiptOf(expired, intent),
      'another member': (intent) => receiptOf(bank, intent),
      'another member’s name': (intent) => receiptOf(bank, intent, now, { mspId: 'MarketplaceMSP' }),
      'too early': (intent) => receiptOf(marketplace, intent, now - 60_000),
      'too late': (intent) => receiptOf(marketplace, intent, now + 60_000),
      'altered after signing': (intent) => {
        const { body, signature } = receiptOf(marketplace, intent);
        return { body: { ...body, receivedAt: body.receivedAt - 1 }, signature };
      },
      'no certificate': (intent) => {
        const { body, signature } = receiptOf(marketplace, intent);
        return { body: { ...body, certificate: 'MAMCAQE' }, signature };
      },
    };
    const each = Object.entries(lies).map(async ([what, lie]) => {
      const { outcome, shown, offered } = await send({
        doors: (intent) => [door(marketplace, { receipt: lie(intent), doneAfterMs: 0 }), door(bank, null)],
      });
      expect(offered, what).to.deep.equal(['BankAMSP']);
      expect(shown.at(-1)?.receipt, what).to.equal(null);
      expect(outcome, what)
        .to.deep.include({ isSettled: false })
        .and.have.nested.include({ 'operation.status': 'unknown' });
    });
    await Promise.all(each);
  });

  it('a refusal is final only when every door that was taken has said so', async () => {
    const refusing = (by: Member, intent: ReturnType<typeof payment>) =>
      door(by, { receipt: receiptOf(by, intent), doneAfterMs: 0, code: 'TOO_LATE' });
    const both = await send({
      doors: (intent) => [refusing(marketplace, intent), door(bank, null)],
    });
    expect(both.outcome).to.deep.include({ isSettled: true });
    const one = await send({
      doors: (intent) => [door(marketplace, null), refusing(bank, intent)],
      take: true,
    });
    expect(one.outcome, 'the silent one may still carry it')
      .to.deep.include({ isSettled: false })
      .and.have.nested.include({ 'operation.code': 'TOO_LATE' });
  });

  it('what a gateway refuses to take is the answer, and no other door is offered', async () => {
    const problem = new ApiProblem({
      ...{ type: '', title: '', status: 409, detail: '', code: 'PAYMENT_OPEN', values: {}, requestId: '' },
    });
    const refusing: Door = { ...door(marketplace, null), submit: () => Promise.reject(problem) };
    const { outcome, offered } = await send({ doors: () => [refusing, door(bank, null)] });
    expect(outcome).to.equal(problem);
    expect(offered).to.deep.equal([]);
  });
});

function settingsOf(members: readonly Member[]): ConsortiumSettings {
  return {
    channel: CHANNEL,
    windowMs: WINDOW_MS,
    members: members.map(({ mspId, authority }) => ({
      mspId,
      web: `http://${mspId.toLowerCase()}.localhost`,
      authorities: [new X509Certificate(authority.certPem).raw.toString('base64url')],
    })),
  };
}

/** Null: it never answers. `doneAfterMs` null: it is never final. */
function door(
  { mspId }: Member,
  answer: {
    readonly receipt: SubmissionReceipt | undefined;
    readonly doneAfterMs: number | null;
    readonly code?: string;
  } | null,
): Door {
  const never = () => new Promise<never>(() => undefined);
  if (answer === null) return { member: mspId, submit: never, look: never };
  const { receipt, doneAfterMs, code = null } = answer;
  const operation = (status: Operation['status']): Operation => ({
    ...{ id: 'payment_1', action: 'submitPayment', status, txId: null, block: null },
    code: status === 'refused' ? code : null,
    ...(receipt === undefined ? {} : { receipt }),
  });
  const final = operation(code === null ? 'done' : 'refused');
  return {
    member: mspId,
    submit: () => Promise.resolve(doneAfterMs === 0 ? final : operation('pending')),
    look: async (signal) => {
      await shortened(1_000, signal);
      return doneAfterMs === null ? operation('pending') : final;
    },
  };
}

function shortened(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, (ms / 1_000) * SECOND_MS);
    signal.addEventListener('abort', end);
  });
}
