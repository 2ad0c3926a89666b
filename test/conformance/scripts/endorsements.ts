// Scripts about who endorsed: the channel's policy, missing, repeated, forged and foreign endorsements.
import { peer } from '@hyperledger/fabric-protos';
import { openTransaction, type TransactionParts } from '../envelope.js';
import { BANK_A, BANK_B, COURIER, MARKET, MEMBERS } from '../ground.js';
import { seen } from '../outcome.js';
import { creatorOf, ordererOf, peerOf, userOf, type SigningIdentity } from '../signing-identity.js';
import type { Script } from '../play.js';
import { envelopeOf, type Stage } from '../stage.js';

/** The same put endorsed by each of these sets. */
function endorsedBy(name: string, ...sets: readonly (readonly string[])[]): Script {
  return {
    name,
    play: async (stage) => {
      const codes = [];
      for (const by of sets) codes.push(await stage.submit([['put', stage.key('k'), by.join()]], { by }));
      return { codes, after: await stage.evaluate([['get', stage.key('k')]]) };
    },
  };
}

/** A rightly endorsed put whose envelope is altered before it is ordered. */
function tampered(name: string, change: (parts: TransactionParts) => void): Script {
  return {
    name,
    play: async (stage) => {
      const endorsed = await stage.endorse([['put', stage.key('k'), '1']]);
      const code = await stage.send(await stage.altered(endorsed, change));
      return { code, after: await stage.evaluate([['get', stage.key('k')]]) };
    },
  };
}

/** An endorsement over the transaction's own answer, made with any identity. */
async function endorsementOf(parts: TransactionParts, identity: SigningIdentity): Promise<peer.Endorsement> {
  const endorser = creatorOf(identity);
  const endorsement = new peer.Endorsement();
  endorsement.setEndorser(endorser);
  const message = Buffer.concat([parts.endorsed.getProposalResponsePayload_asU8(), endorser]);
  endorsement.setSignature(await identity.sign(message));
  return endorsement;
}

/** Bank A's real endorsement, and a second one in the marketplace's name by another of its identities. */
function secondEndorser(name: string, choose: (stage: Stage) => SigningIdentity): Script {
  return {
    name,
    play: async (stage) => {
      const endorsed = await stage.endorse([['put', stage.key('k'), '1']], { by: [BANK_A] });
      const parts = openTransaction(envelopeOf(endorsed).getPayload_asU8());
      const extra = await endorsementOf(parts, choose(stage));
      return stage.send(await stage.altered(endorsed, (opened) => opened.endorsed.addEndorsements(extra)));
    },
  };
}

export const ENDORSEMENT_SCRIPTS: readonly Script[] = [
  endorsedBy('one endorsement of the two that are needed', [MARKET], [BANK_A], [COURIER]),
  endorsedBy('the marketplace and each other member', [MARKET, BANK_A], [MARKET, BANK_B], [COURIER, MARKET]),
  endorsedBy('everybody but the marketplace', [BANK_A, BANK_B, COURIER]),
  endorsedBy('all members', MEMBERS),
  {
    name: 'the gateway finds endorsers by itself',
    play: async (stage) => {
      const codes = [];
      for (const at of MEMBERS) {
        codes.push(await stage.submit([['put', stage.key('k'), at]], { at, by: null }));
      }
      return codes;
    },
  },
  {
    name: 'reading and doing nothing needs the policy too',
    play: async (stage) => [
      await stage.submit([['get', stage.key('k')]], { by: [MARKET] }),
      await stage.submit([], { by: [BANK_B] }),
      await stage.submit([['get', stage.key('k')]], { by: [MARKET, BANK_B] }),
    ],
  },
  {
    name: 'an endorser is named twice',
    play: async (stage) =>
      seen(async () => stage.submit([['put', stage.key('k'), '1']], { by: [MARKET, MARKET] })),
  },
  tampered('no endorsement at all', ({ endorsed }) => {
    endorsed.setEndorsementsList([]);
  }),
  tampered('one endorsement twice instead of two', ({ endorsed }) => {
    const [first] = endorsed.getEndorsementsList();
    endorsed.setEndorsementsList(first === undefined ? [] : [first, first]);
  }),
  tampered('two endorsements and one of them again', ({ endorsed }) => {
    const [first, second] = endorsed.getEndorsementsList();
    endorsed.setEndorsementsList([first, second, first].flatMap((each) => each ?? []));
  }),
  tampered('endorsements in the opposite order', ({ endorsed }) => {
    endorsed.setEndorsementsList([...endorsed.getEndorsementsList()].reverse());
  }),
  tampered('an endorsement with a changed signature', ({ endorsed }) => {
    const [first] = endorsed.getEndorsementsList();
    const signature = Buffer.from(first?.getSignature_asU8() ?? []);
    signature.writeUInt8(signature.readUInt8(signature.length - 1) ^ 1, signature.length - 1);
    first?.setSignature(signature);
  }),
  tampered('an endorsement with another’s signature', ({ endorsed }) => {
    const [first, second] = endorsed.getEndorsementsList();
    first?.setSignature(second?.getSignature_asU8() ?? '');
  }),
  tampered('a third endorsement that is garbage', ({ endorsed }) => {
    const garbage = new peer.Endorsement();
    garbage.setEndorser(Buffer.from('garbage'));
    garbage.setSignature(Buffer.from('garbage'));
    endorsed.addEndorsements(garbage);
  }),
  secondEndorser('a client’s signature in the place of its peer’s', (stage) =>
    userOf(stage.network.place(MARKET)),
  ),
  secondEndorser('an administrator’s signature in the place of a peer’s', (stage) =>
    userOf(stage.network.place(MARKET), 'Admin'),
  ),
  secondEndorser('an orderer’s signature in the place of a peer’s', (stage) =>
    ordererOf(stage.network.place(MARKET)),
  ),
  secondEndorser('a peer’s signature under another member’s name', (stage) => ({
    ...peerOf(stage.network.place(COURIER)),
    mspId: MARKET,
  })),
  secondEndorser('a peer’s signature made by hand', (stage) => peerOf(stage.network.place(MARKET))),
  tampered('a changed answer', ({ result }) => {
    const answer = new peer.Response();
    answer.setStatus(200);
    answer.setPayload(Buffer.from('["forged"]'));
    result.setResponse(answer);
  }),
  tampered('a changed write', ({ result }) => {
    const bytes = Buffer.from(result.getResults_asU8());
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    result.setResults(bytes);
  }),
  tampered('an added event', ({ result, channel }) => {
    const event = new peer.ChaincodeEvent();
    event.setChaincodeId('conformance');
    event.setTxId(channel.getTxId());
    event.setEventName('Forged');
    result.setEvents(event.serializeBinary());
  }),
  tampered('another chaincode version in the answer', ({ result }) => {
    result.getChaincodeId()?.setVersion('9.9');
  }),
  tampered('another proposal hash', ({ response }) => {
    response.setProposalHash(Buffer.alloc(32, 1));
  }),
];
