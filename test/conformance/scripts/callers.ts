// Scripts about clients that are not who they say they are, or not what they should be.
import { gateway } from '@hyperledger/fabric-protos';
import { BANK_A, BANK_B, COURIER } from '../ground.js';
import type { Json } from '../operations.js';
import { seen } from '../outcome.js';
import {
  creatorOf,
  expiredUserOf,
  ordererOf,
  peerOf,
  strangerAs,
  userOf,
  userWith,
  userWithoutRoleOf,
  withHighS,
  withOtherKey,
  type SigningIdentity,
} from '../signing-identity.js';
import type { Script } from '../play.js';
import { ask } from '../seek.js';
import type { Stage } from '../stage.js';

/** Everything that a client can ask for, asked under that identity at Bank A's peer. */
function asking(name: string, choose: (stage: Stage) => SigningIdentity | Promise<SigningIdentity>): Script {
  return {
    name: `everything is asked for by ${name}`,
    // A peer that is refused by another one closes the connection to it, which others may be using.
    alone: true,
    play: async (stage) => {
      const as = await choose(stage);
      const write = [['put', stage.key('k'), '1']] as const;
      await stage.prepare([['event', stage.key('event'), '']]);
      const good = await stage.endorse(write);
      return {
        evaluate: await seen(async () => stage.evaluate([['get', stage.key('k')]], { as })),
        endorse: await seen(async () => stage.submit(write, { as, by: null })),
        events: await seen(async () => firstEvent(stage, as)),
        blocks: await ask(stage, 'deliver', { start: 0, stop: 0, as }),
        filtered: await ask(stage, 'deliverFiltered', { start: 0, stop: 0, as }),
        private: await ask(stage, 'deliverWithPrivateData', { start: 0, stop: 0, as }),
        status: await commitStatus(stage, as),
        submit: await stage.send(await stage.altered(good, () => undefined, as)),
      };
    },
  };
}

/** Whether a stream of events opens: what comes first, or the refusal. */
async function firstEvent(stage: Stage, as: SigningIdentity): Promise<Json> {
  const network = stage.gateway({ as }).getNetwork(stage.ground.channel);
  const stream = await network.getChaincodeEvents(stage.ground.chaincode, { startBlock: 0n });
  try {
    for await (const event of stream) return event.chaincodeName;
    return 'ended';
  } finally {
    stream.close();
  }
}

/** Asks for the status of a transaction that is long committed, by another client. */
async function commitStatus(stage: Stage, as: SigningIdentity): Promise<Json> {
  const known = await stage.endorse([['put', stage.key('known'), '1']]);
  await stage.commit(known);
  const request = new gateway.CommitStatusRequest();
  request.setChannelId(stage.ground.channel);
  request.setTransactionId(known.txId);
  request.setIdentity(creatorOf(as));
  const signed = new gateway.SignedCommitStatusRequest();
  signed.setRequest(request.serializeBinary());
  signed.setSignature(await as.sign(signed.getRequest_asU8()));
  const client = stage.network.service(BANK_A, gateway.GatewayClient);
  return seen(
    () =>
      new Promise<Json>((resolve, reject) => {
        client.commitStatus(signed, (error, answer) => {
          if (error !== null) reject(error);
          else resolve(answer?.getResult() ?? null);
        });
      }),
  );
}

export const CALLER_SCRIPTS: readonly Script[] = [
  asking('a member’s gateway user', (stage) => stage.user(BANK_A)),
  asking('a member’s administrator', (stage) => userOf(stage.network.place(BANK_A), 'Admin')),
  asking('another member’s gateway user', (stage) => stage.user(BANK_B)),
  asking('a member’s peer', (stage) => peerOf(stage.network.place(BANK_A))),
  asking('a member’s orderer', (stage) => ordererOf(stage.network.place(BANK_A))),
  asking('a user whose certificate names no role', (stage) => userWithoutRoleOf(stage.network.place(BANK_A))),
  asking('a user whose certificate has expired', (stage) => expiredUserOf(stage.network.place(BANK_A))),
  asking('a stranger under a member’s name', (stage) => strangerAs(stage.network.place(BANK_A))),
  asking('an organisation that nobody knows', (stage) => ({ ...stage.user(BANK_A), mspId: 'NobodyMSP' })),
  asking('a member under another’s name', (stage) => ({ ...stage.user(BANK_A), mspId: COURIER })),
  asking('a client that signs with another key', (stage) => withOtherKey(stage.user(BANK_A))),
  asking('a client whose signatures have a high S', (stage) => withHighS(stage.network.place(BANK_A))),
  asking('a client whose certificate is garbage', (stage) => ({
    ...stage.user(BANK_A),
    certificate: Buffer.from('garbage'),
  })),
  asking('a client without a certificate', (stage) => ({
    ...stage.user(BANK_A),
    certificate: Buffer.alloc(0),
  })),
  asking('a client that does not sign', (stage) => ({
    ...stage.user(BANK_A),
    sign: () => Promise.resolve(Buffer.from([0])),
  })),
  {
    name: 'chaincode sees who calls, and with which attributes',
    play: async (stage) => {
      const place = stage.network.place(COURIER);
      const carol = await userWith(place, { admin: 'seven', 'forescrow.role': 'worker' });
      return {
        gateway: await stage.evaluate([['creator', 'forescrow.role']]),
        admin: await stage.evaluate([['creator', 'hf.Type']], { as: userOf(place, 'Admin') }),
        carol: await stage.evaluate([['creator', 'admin']], { as: carol }),
        none: await stage.evaluate([['creator', 'none']], { as: carol }),
      };
    },
  },
  {
    name: 'a client of one member at every other member’s peer',
    play: async (stage) => {
      const as = stage.user(COURIER);
      return {
        evaluated: await stage.evaluate([['creator', 'hf.Type']], { at: BANK_B, as }),
        submitted: await stage.submit([['put', stage.key('k'), '1']], { at: BANK_B, as }),
      };
    },
  },
];
