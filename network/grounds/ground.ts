// The ground as gateways, demo and tests see it: addresses of the ledger and the steps that bring it up.
import type { GroundName } from '../consortium.js';
import type { ProcessStatus } from '../processes/managed-process.js';
import type { NeededPort } from '../processes/ports.js';

/** Where one member's peer is reached, with Fabric's protocols under TLS. */
export interface MemberAddress {
  readonly mspId: string;
  /** `host:port` of the peer's gateway, deliver and endorser services. */
  readonly peerAddress: string;
  readonly tlsRootCertPath: string;
  /** The name in the peer's TLS certificate, where the host is only an IP address. */
  readonly hostOverride: string;
}

export interface GroundAddresses {
  readonly members: readonly MemberAddress[];
}

/** One step of bringing something up; its runner shows the title. */
export interface Step {
  readonly title: string;
  run(): Promise<void>;
}

/** One way to run peers, ordering and chaincode of a consortium. */
export interface Ground {
  readonly name: GroundName;
  /** What a reader must know before trusting it, one sentence. */
  readonly banner: string;
  /** Rejects with `SetupError` if this machine or this consortium cannot have it; starts and writes nothing. */
  check(): Promise<void>;
  /** Every port that `up` will listen on. */
  neededPorts(): NeededPort[];
  addresses(): GroundAddresses;
  /** Bring up what is not running, one after the other; the caller runs them and calls `down` if one rejects. */
  steps(): Step[];
  /** Runs all steps; resolves when peers serve. Rejects with `SetupError`. */
  up(): Promise<GroundAddresses>;
  /** Whether every process of the ground serves at this moment. */
  ready(): boolean;
  status(): ProcessStatus[];
  /** Stops chaincode first, then the ledger; resolves when nothing is left. */
  down(): Promise<void>;
}
