// How soon a client of a peer notices that the peer is gone; peers refuse clients that ping more often than
// network/fabric/config/core.yaml allows (peer.keepalive.minInterval).

/**
 * gRPC channel options. Node.js misses the end of a TLS connection when its own write is the first to fail, and calls
 * then wait for ever on a connection that looks open. Unanswered pings end it after 20 s at most.
 */
export const PEER_KEEPALIVE = {
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 10_000,
} as const;
