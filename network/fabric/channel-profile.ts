// The channel's first configuration as `configtx.yaml`, derived from the consortium: members, policies, ordering.
import { stringify } from 'yaml';

import {
  addressOf,
  agreementPolicy,
  hostInAddress,
  marketplaceOf,
  portOf,
  type Consortium,
  type Member,
} from '../consortium.js';
import { organisationTree } from '../identity/layout.js';
import { SetupError } from '../setup-error.js';

/** The profile's name in the file, for `configtxgen -profile`. */
export const PROFILE = 'Consortium';
/** Three out of four honest orderers agree; with fewer than four none may fail or lie. */
export const LEAST_SMARTBFT_MEMBERS = 4;

const ANY = (policy: string) => ({ Type: 'ImplicitMeta', Rule: `ANY ${policy}` });
const MAJORITY = (policy: string) => ({ Type: 'ImplicitMeta', Rule: `MAJORITY ${policy}` });
const SIGNED = (rule: string) => ({ Type: 'Signature', Rule: rule });

/** Throws `SetupError` if there are too few members for the ordering that the consortium file asks for. */
export function checkOrdering({ members, ordering }: Consortium): void {
  if (ordering === 'raft' || members.length >= LEAST_SMARTBFT_MEMBERS) return;
  throw new SetupError(
    `The consortium has ${members.length} members and SmartBFT needs ${LEAST_SMARTBFT_MEMBERS} orderers; ` +
      'set "ordering: raft" in the consortium file or add members.',
  );
}

/** The text of `configtx.yaml`; `organizations` is the folder of the members' identities. */
export function channelProfile(consortium: Consortium, organizations: string): string {
  const trees = new Map(
    consortium.members.map((member) => [member, organisationTree(organizations, member)]),
  );
  const mspDirOf = (member: Member) => trees.get(member)?.mspDir ?? '';
  const administration = { Readers: ANY('Readers'), Writers: ANY('Writers'), Admins: MAJORITY('Admins') };
  return stringify(
    {
      Profiles: {
        [PROFILE]: {
          Policies: administration,
          Capabilities: { V3_0: true },
          Orderer: {
            ...ordering(consortium, organizations),
            BatchTimeout: `${consortium.batch.timeoutMs}ms`,
            BatchSize: {
              MaxMessageCount: consortium.batch.maxMessageCount,
              AbsoluteMaxBytes: consortium.batch.absoluteMaxBytes,
              PreferredMaxBytes: consortium.batch.preferredMaxBytes,
            },
            Capabilities: { V2_0: true },
            Policies: { ...administration, BlockValidation: ANY('Writers') },
            Organizations: consortium.members.map((member) => ({
              ...organisation(member, mspDirOf(member), ['orderer', 'admin']),
              OrdererEndpoints: [addressOf(consortium, member, 'orderer')],
            })),
          },
          Application: {
            Capabilities: { V2_5: true },
            Policies: {
              ...administration,
              Endorsement: MAJORITY('Endorsement'),
              LifecycleEndorsement: SIGNED(lifecyclePolicy(consortium)),
              Agreement: SIGNED(agreementPolicy(consortium)),
            },
            Organizations: consortium.members.map((member) => ({
              ...organisation(member, mspDirOf(member), ['admin', 'client']),
              AnchorPeers: [{ Host: member.host, Port: portOf(consortium, member, 'peer') }],
            })),
          },
        },
      },
    },
    // Without anchors and folds: each value stands where it counts, on one line.
    { aliasDuplicateObjects: false, lineWidth: 0 },
  );
}

/**
 * Who must endorse a change of the chaincode's definition: a majority of the members, the marketplace and a bank
 * among them. Each way is spelled out, since a signature counts once only within one policy.
 */
export function lifecyclePolicy(consortium: Consortium): string {
  const { members } = consortium;
  const marketplace = marketplaceOf(consortium);
  const banks = members.filter(({ kind }) => kind === 'bank');
  const seconds = banks.length > 0 ? banks : members.filter((member) => member !== marketplace);
  const further = Math.floor(members.length / 2) + 1 - 2;
  const ways = seconds.map((second) => {
    const rest = members.filter((member) => member !== marketplace && member !== second);
    const signers = [peerOf(marketplace), peerOf(second)];
    if (further > 0) signers.push(`OutOf(${further}, ${rest.map(peerOf).join(', ')})`);
    return `AND(${signers.join(', ')})`;
  });
  return ways.length === 1 ? ways.join() : `OR(${ways.join(', ')})`;
}

function peerOf(member: Member): string {
  return `'${member.mspId}.peer'`;
}

/**
 * Peers read and endorse, the named roles write, administrators administer; each organisation names its own.
 * The group is named by the MSP id, by which the members' collections refer to its policy for endorsements.
 */
function organisation(member: Member, mspDir: string, writers: readonly string[]): object {
  const { mspId } = member;
  const by = (...roles: readonly string[]) =>
    SIGNED(`OR(${roles.map((role) => `'${mspId}.${role}'`).join(', ')})`);
  return {
    Name: mspId,
    ID: mspId,
    MSPDir: mspDir,
    Policies: {
      Readers: by('peer', ...writers),
      Writers: by(...writers),
      Admins: by('admin'),
      Endorsement: by('peer'),
    },
  };
}

function ordering(consortium: Consortium, organizations: string): object {
  return consortium.ordering === 'raft'
    ? raft(consortium, organizations)
    : smartBft(consortium, organizations);
}

function smartBft(consortium: Consortium, organizations: string): object {
  const { members, batch } = consortium;
  return {
    OrdererType: 'BFT',
    ConsenterMapping: members.map((member, index) => {
      const { orderer } = organisationTree(organizations, member);
      return {
        ID: index + 1,
        ...consenter(consortium, member, orderer.tls.certPath),
        MSPID: member.mspId,
        Identity: orderer.signing.certPath,
      };
    }),
    SmartBFT: {
      // It cuts blocks by these and not by BatchTimeout.
      RequestBatchMaxInterval: `${batch.timeoutMs}ms`,
      RequestBatchMaxCount: batch.maxMessageCount,
      RequestBatchMaxBytes: batch.absoluteMaxBytes,
      RequestMaxBytes: batch.absoluteMaxBytes,
      // Gateways send to every orderer, so each holds all that is in flight; at Fabric's 400 it refuses more.
      RequestPoolSize: 20_000,
      IncomingMessageBufferSize: 2_000,
      // A leader that stops is replaced after 10 s of silence (Fabric: 1 m), one that leaves a request lying after
      // 2 + 10 s. Shorter times would blame a machine that is merely busy.
      RequestForwardTimeout: '2s',
      RequestComplainTimeout: '10s',
      RequestAutoRemoveTimeout: '1m',
      ViewChangeResendInterval: '2s',
      ViewChangeTimeout: '10s',
      LeaderHeartbeatTimeout: '10s',
      LeaderHeartbeatCount: 20,
      CollectTimeout: '1s',
      // An orderer that comes back learns from the next heartbeats what it has missed. Asking before it serves would
      // make all wait for each other at the very first start.
      SyncOnStart: false,
      SpeedUpViewChange: false,
    },
  };
}

function raft(consortium: Consortium, organizations: string): object {
  return {
    OrdererType: 'etcdraft',
    EtcdRaft: {
      Consenters: consortium.members.map((member) =>
        consenter(consortium, member, organisationTree(organizations, member).orderer.tls.certPath),
      ),
      // A new leader after 2 to 4 s; members that are far from each other raise the tick.
      Options: {
        TickInterval: '200ms',
        ElectionTick: 10,
        HeartbeatTick: 1,
        MaxInflightBlocks: 5,
        SnapshotIntervalSize: '16 MB',
      },
    },
  };
}

function consenter(consortium: Consortium, member: Member, tlsCertPath: string): object {
  return {
    // Orderers put host and port together as they stand; peers, for anchors, add the brackets themselves.
    Host: hostInAddress(member.host),
    Port: portOf(consortium, member, 'orderer'),
    ClientTLSCert: tlsCertPath,
    ServerTLSCert: tlsCertPath,
  };
}
