// Scripts about requests that are malformed, aimed at nothing, or altered on their way to the ordering service.
import { common, gateway, peer } from '@hyperledger/fabric-protos';
import { nameCreator, signedEnvelope, type ProposalParts, type TransactionParts } from '../envelope.js';
import { BANK_A, BANK_B, WINDOW_MS } from '../ground.js';
import type { Json } from '../operations.js';
import { seen } from '../outcome.js';
import type { Script } from '../play.js';
import type { Asking, Stage } from '../stage.js';

type Unary<Q> = (request: Q, answer: (error: Error | null) => void) => unknown;

function call<Q>(method: Unary<Q>, request: Q): Promise<Json> {
  return seen(
    () =>
      new Promise<Json>((resolve, reject) => {
        method(request, (error) => {
          if (error === null) resolve('answered');
          else reject(error);
        });
      }),
  );
}

function client(stage: Stage): gateway.GatewayClient {
  return stage.network.service(BANK_A, gateway.GatewayClient);
}

/** Evaluated and submitted, both at the own peer first. */
async function both(stage: Stage, asking: Asking): Promise<Json> {
  return {
    evaluate: await seen(async () => stage.evaluate([['get', stage.key('k')]], asking)),
    submit: await seen(async () => stage.submit([['put', stage.key('k'), '1']], { by: null, ...asking })),
  };
}

function proposing(name: string, change: (parts: ProposalParts) => void): Script {
  return { name, alone: true, play: (stage) => both(stage, { change }) };
}

/** A rightly endorsed put whose envelope is altered before the client signs it. */
function sending(name: string, change: (parts: TransactionParts, stage: Stage) => void): Script {
  return {
    name,
    play: async (stage) => {
      const endorsed = await stage.endorse([['put', stage.key('k'), '1']]);
      const envelope = await stage.altered(endorsed, (parts) => {
        change(parts, stage);
      });
      return { code: await stage.send(envelope), after: await stage.evaluate([['get', stage.key('k')]]) };
    },
  };
}

function shift(ms: number): (parts: ProposalParts) => void {
  return ({ channel }) => {
    const timestamp = channel.getTimestamp();
    timestamp?.setSeconds(timestamp.getSeconds() + Math.round(ms / 1000));
  };
}

export const REQUEST_SCRIPTS: readonly Script[] = [
  {
    name: 'requests without content',
    play: async (stage) => {
      const at = client(stage);
      const unsigned = new gateway.SubmitRequest();
      unsigned.setPreparedTransaction(new common.Envelope());
      return {
        evaluate: await call(
          at.evaluate.bind(at) as Unary<gateway.EvaluateRequest>,
          new gateway.EvaluateRequest(),
        ),
        endorse: await call(
          at.endorse.bind(at) as Unary<gateway.EndorseRequest>,
          new gateway.EndorseRequest(),
        ),
        submit: await call(at.submit.bind(at) as Unary<gateway.SubmitRequest>, new gateway.SubmitRequest()),
        unsigned: await call(at.submit.bind(at) as Unary<gateway.SubmitRequest>, unsigned),
        status: await call(
          at.commitStatus.bind(at) as Unary<gateway.SignedCommitStatusRequest>,
          new gateway.SignedCommitStatusRequest(),
        ),
      };
    },
  },
  {
    name: 'bytes that are no message',
    play: async (stage) => {
      const at = client(stage);
      const garbage = Buffer.from('ffffffffff', 'hex');
      const signed = new peer.SignedProposal();
      signed.setProposalBytes(garbage);
      const evaluate = new gateway.EvaluateRequest();
      evaluate.setProposedTransaction(signed);
      const endorse = new gateway.EndorseRequest();
      endorse.setProposedTransaction(signed);
      const status = new gateway.SignedCommitStatusRequest();
      status.setRequest(garbage);
      return {
        evaluate: await call(at.evaluate.bind(at) as Unary<gateway.EvaluateRequest>, evaluate),
        endorse: await call(at.endorse.bind(at) as Unary<gateway.EndorseRequest>, endorse),
        status: await call(at.commitStatus.bind(at) as Unary<gateway.SignedCommitStatusRequest>, status),
        submit: await seen(async () => {
          const envelope = new common.Envelope();
          envelope.setPayload(garbage);
          envelope.setSignature(garbage);
          const request = new gateway.SubmitRequest();
          request.setChannelId(stage.ground.channel);
          request.setPreparedTransaction(envelope);
          return call(at.submit.bind(at) as Unary<gateway.SubmitRequest>, request);
        }),
      };
    },
  },
  {
    name: 'a chaincode, a channel and organisations that do not exist',
    play: async (stage) => ({
      chaincode: await both(stage, { chaincode: 'nothing' }),
      channel: await both(stage, { channel: 'nowhere' }),
      organisations: await both(stage, { by: ['XMSP', 'YMSP'] }),
      partly: await both(stage, { by: [BANK_A, 'XMSP'] }),
      chaincodeNamed: await both(stage, { chaincode: 'nothing', by: [BANK_A] }),
      transient: await both(stage, { chaincode: 'nothing', transient: { a: 'b' } }),
    }),
  },
  {
    name: 'a submission to a channel that does not exist',
    play: async (stage) => {
      const endorsed = await stage.endorse([['put', stage.key('k'), '1']]);
      return seen(async () => {
        await stage.order(await stage.altered(endorsed, () => undefined), 'nowhere');
        return null;
      });
    },
  },
  proposing('a proposal from before the window', shift(-WINDOW_MS - 60_000)),
  proposing('a proposal from after the window', shift(WINDOW_MS + 60_000)),
  proposing('a proposal within the window', shift(-WINDOW_MS / 2)),
  proposing('a proposal without a time', ({ channel }) => {
    channel.clearTimestamp();
  }),
  proposing('a proposal whose id is not the hash of nonce and creator', ({ channel }) => {
    channel.setTxId('0'.repeat(64));
  }),
  proposing('a proposal without an id', ({ channel }) => {
    channel.setTxId('');
  }),
  proposing('a proposal without a nonce', ({ signature }) => {
    signature.setNonce('');
  }),
  proposing('a proposal of another type', ({ channel }) => {
    channel.setType(common.HeaderType.CONFIG_UPDATE);
  }),
  proposing('a proposal with an epoch', ({ channel }) => {
    channel.setEpoch(7);
  }),
  proposing('a proposal without an extension', ({ channel }) => {
    channel.setExtension$('');
  }),
  proposing('a proposal whose header names another chaincode', ({ channel }) => {
    const id = new peer.ChaincodeID();
    id.setName('nothing');
    const extension = new peer.ChaincodeHeaderExtension();
    extension.setChaincodeId(id);
    channel.setExtension$(extension.serializeBinary());
  }),
  sending('an envelope that is not altered', () => undefined),
  sending('other arguments than those that were endorsed', ({ input }) => {
    const invocation = peer.ChaincodeInvocationSpec.deserializeBinary(input.getInput_asU8());
    invocation
      .getChaincodeSpec()
      ?.getInput()
      ?.setArgsList([Buffer.from('run'), Buffer.from('[]')]);
    input.setInput(invocation.serializeBinary());
  }),
  sending('two actions in one transaction', ({ transaction, action }) => {
    transaction.setActionsList([action, action]);
  }),
  {
    // Alone: Fabric's peers panic, and go on panicking, if a transaction follows this one in its block.
    ...sending('no action in a transaction', ({ transaction }) => {
      transaction.setActionsList([]);
    }),
    alone: true,
  },
  sending('another time in the envelope than in the proposal', ({ channel }) => {
    channel.getTimestamp()?.setSeconds(1);
  }),
  sending('another type in the envelope', ({ channel }) => {
    channel.setType(common.HeaderType.MESSAGE);
  }),
  sending('another id in the envelope', ({ channel }) => {
    channel.setTxId('f'.repeat(64));
  }),
  sending('another nonce in the envelope', ({ signature }) => {
    signature.setNonce(Buffer.alloc(24, 9));
  }),
  sending('another header in the action than in the envelope', ({ action, signature }) => {
    const other = signature.clone();
    other.setNonce(Buffer.alloc(24, 9));
    action.setHeader(other.serializeBinary());
  }),
  sending('an epoch in the envelope', ({ channel }) => {
    channel.setEpoch(7);
  }),
  sending('another version in the envelope', ({ channel }) => {
    channel.setVersion(7);
  }),
  sending('another chaincode in the envelope’s header', ({ channel }) => {
    const id = new peer.ChaincodeID();
    id.setName('nothing');
    const extension = new peer.ChaincodeHeaderExtension();
    extension.setChaincodeId(id);
    channel.setExtension$(extension.serializeBinary());
  }),
  sending('another channel in the envelope', ({ channel }) => {
    channel.setChannelId('nowhere');
  }),
  sending('an answer of the chaincode that is no message', ({ response, result }) => {
    result.setResults(Buffer.from('ffffffffff', 'hex'));
    response.setExtension$(result.serializeBinary());
  }),
  {
    name: 'an envelope signed by another client in its own name',
    play: async (stage) => {
      const endorsed = await stage.endorse([['put', stage.key('k'), '1']]);
      const other = stage.user(BANK_B);
      const envelope = await stage.altered(
        endorsed,
        (parts) => {
          nameCreator(parts, other);
        },
        other,
      );
      return stage.send(envelope);
    },
  },
  {
    name: 'an envelope whose signature is of other bytes',
    play: async (stage) => {
      const endorsed = await stage.endorse([['put', stage.key('k'), '1']]);
      const envelope = await stage.altered(endorsed, () => undefined);
      const other = await signedEnvelope(Buffer.from('other'), stage.user(BANK_A));
      envelope.setSignature(other.getSignature_asU8());
      return stage.send(envelope);
    },
  },
  {
    name: 'an envelope without a payload',
    play: async (stage) => {
      const envelope = await signedEnvelope(new Uint8Array(), stage.user(BANK_A));
      const request = new gateway.SubmitRequest();
      request.setChannelId(stage.ground.channel);
      request.setPreparedTransaction(envelope);
      const at = client(stage);
      return call(at.submit.bind(at) as Unary<gateway.SubmitRequest>, request);
    },
  },
  {
    name: 'an endorsement that waited longer than it took is still good',
    play: async (stage) => {
      const endorsed = await stage.endorse([['put', stage.key('k'), '1']], { change: shift(-WINDOW_MS / 2) });
      await stage.prepare([['put', stage.key('j'), '1']]);
      return stage.commit(endorsed);
    },
  },
];
