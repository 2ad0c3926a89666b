// Each failure that real Fabric was seen to give, and what the client takes it for.
import { Metadata, status } from '@grpc/grpc-js';
import { type ErrorDetail, GatewayError } from '@hyperledger/fabric-gateway';
import { expect } from 'chai';
import { endorseFailure, isDeadline, submitFailure } from '../../../../gateway/ledger/fabric/failures.js';

function gatewayError(code: status, message: string, details: readonly string[] = []): GatewayError {
  const cause = Object.assign(new Error(message), { code, details: message, metadata: new Metadata() });
  const list: ErrorDetail[] = details.map((text) => ({
    address: 'peer:1',
    mspId: 'BankAMSP',
    message: text,
  }));
  return new GatewayError({ code: Number(code), details: list, cause, message });
}

const ENDORSE = 'failed to endorse transaction, see attached details for more info';
const COLLECT = 'failed to collect enough transaction endorsements, see attached details for more info';

describe('failures of the ledger', () => {
  for (const [title, error, kind] of [
    [
      'a refusal by the chaincode at endorsement',
      gatewayError(status.ABORTED, ENDORSE, ['chaincode response 500, NO_STOCK: gone {}']),
      'refused',
    ],
    [
      'a refusal by the chaincode at evaluation',
      gatewayError(
        status.UNKNOWN,
        'evaluate call to endorser returned error: chaincode response 500, NOT_FOUND: x',
      ),
      'refused',
    ],
    [
      'endorsers that differ',
      gatewayError(status.ABORTED, COLLECT, ['ProposalResponsePayloads do not match']),
      'mismatch',
    ],
    ['a peer that is away', gatewayError(status.UNAVAILABLE, 'the peer is down'), 'unavailable'],
    [
      'an endorser that is away',
      gatewayError(status.ABORTED, ENDORSE, ['rpc error: code = Unavailable desc = connection refused']),
      'unavailable',
    ],
    [
      'no combination of peers yet',
      gatewayError(
        status.FAILED_PRECONDITION,
        'no combination of peers can be derived which satisfy the endorsement policy',
      ),
      'unavailable',
    ],
    ['too many requests', gatewayError(status.RESOURCE_EXHAUSTED, 'too many requests'), 'unavailable'],
    ['a deadline', gatewayError(status.DEADLINE_EXCEEDED, 'Deadline exceeded'), 'unavailable'],
    [
      'an unknown creator',
      gatewayError(status.ABORTED, ENDORSE, [
        'error validating proposal: access denied: channel [escrow] creator org unknown, creator is malformed',
      ]),
      'denied',
    ],
    ['a malformed request', gatewayError(status.INVALID_ARGUMENT, 'a signed proposal is required'), 'denied'],
    ['a defect outside', new Error('socket hang up'), 'unavailable'],
  ] as const) {
    it(`takes ${title} for ${kind}`, () => {
      expect(endorseFailure(error).kind).to.equal(kind);
    });
  }

  it('keeps the chaincode’s words without what peers put before them', () => {
    const error = gatewayError(status.ABORTED, ENDORSE, [
      'chaincode response 500, NO_STOCK: gone {"left":0}',
    ]);
    expect(endorseFailure(error).text).to.equal('NO_STOCK: gone {"left":0}');
  });

  for (const [title, error, kind] of [
    [
      '"request already processed"',
      gatewayError(status.ABORTED, 'insufficient number of orderers could successfully process transaction', [
        'received unsuccessful response from orderer: status=SERVICE_UNAVAILABLE, info=request already processed',
      ]),
      'alreadyProcessed',
    ],
    [
      'an orderer that forbids',
      gatewayError(
        status.ABORTED,
        '10 ABORTED: received unsuccessful response from orderer: status=FORBIDDEN, info=permission denied',
      ),
      'denied',
    ],
    [
      'an orderer that is busy',
      gatewayError(
        status.ABORTED,
        '10 ABORTED: received unsuccessful response from orderer: status=SERVICE_UNAVAILABLE, info=overload',
      ),
      'unknown',
    ],
    [
      'a call that never left',
      gatewayError(status.UNAVAILABLE, '14 UNAVAILABLE: No connection established. Last error: x'),
      'notSent',
    ],
    [
      'a connection lost on the way',
      gatewayError(status.UNAVAILABLE, '14 UNAVAILABLE: Connection dropped'),
      'unknown',
    ],
    ['a deadline', gatewayError(status.DEADLINE_EXCEEDED, 'Deadline exceeded'), 'unknown'],
    ['a defect outside', new Error('socket hang up'), 'unknown'],
  ] as const) {
    it(`takes ${title} while ordering for ${kind}`, () => {
      expect(submitFailure(error).kind).to.equal(kind);
    });
  }

  it('distinguishes a deadline from other failures', () => {
    expect(isDeadline(gatewayError(status.DEADLINE_EXCEEDED, 'late'))).to.equal(true);
    expect(isDeadline(gatewayError(status.UNAVAILABLE, 'away'))).to.equal(false);
  });
});
