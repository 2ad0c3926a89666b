// How many requests a peer's service serves at once; one more is refused in Fabric's words, none waits.
export interface ConcurrencyLimits {
  readonly gatewayService: number;
  readonly deliverService: number;
  readonly endorserService: number;
}

/** What Fabric's sample configuration sets; 0 switches a limit off. */
export const DEFAULT_CONCURRENCY: ConcurrencyLimits = {
  gatewayService: 500,
  deliverService: 2_500,
  endorserService: 2_500,
};

/** The service is full. On the wire its code is UNKNOWN, as from a peer. */
export class TooManyRequests extends Error {
  override readonly name = 'TooManyRequests';
  readonly code = 'TOO_MANY_REQUESTS';
  constructor(service: string, limit: number) {
    super(`too many requests for ${service}, exceeding concurrency limit (${limit})`);
  }
}

/** One service of one peer, by its name in the protocol. */
export class Concurrency {
  private running = 0;

  constructor(
    private readonly service: string,
    private readonly limit: number,
  ) {}

  /** Rejects with TooManyRequests, nothing done, when the service is full. A stream counts until it ends. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.limit > 0 && this.running >= this.limit) {
      throw new TooManyRequests(this.service, this.limit);
    }
    this.running += 1;
    try {
      return await work();
    } finally {
      this.running -= 1;
    }
  }
}

/** The services of one organisation's peer. */
export interface PeerServices {
  readonly gateway: Concurrency;
  readonly deliver: Concurrency;
  readonly endorser: Concurrency;
}

export function peerServices(limits: ConcurrencyLimits): PeerServices {
  return {
    gateway: new Concurrency('/gateway.Gateway', limits.gatewayService),
    deliver: new Concurrency('/protos.Deliver', limits.deliverService),
    endorser: new Concurrency('/protos.Endorser', limits.endorserService),
  };
}
