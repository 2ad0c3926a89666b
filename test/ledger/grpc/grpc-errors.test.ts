// gRPC errors with Fabric's details.
import { status } from '@grpc/grpc-js';
import { gateway, google } from '@hyperledger/fabric-protos';
import { expect } from 'chai';
import { AccessDenied } from '../../../ledger/fabric/refusals.js';
import { EngineClosed } from '../../../ledger/engine/errors.js';
import { RpcError, toStatus } from '../../../ledger/grpc/grpc-errors.js';

describe('gRPC errors', () => {
  it('carry one gateway.ErrorDetail for each node that failed', () => {
    const detail = { address: '127.0.0.1:7051', mspId: 'Org1MSP', message: 'no' };
    const sent = toStatus(new RpcError(status.ABORTED, 'failed', [detail]));
    expect(sent.code).to.equal(10);
    expect(sent.details).to.equal('failed');
    const [packed] = sent.metadata?.get('grpc-status-details-bin') ?? [];
    const unpacked = google.rpc.Status.deserializeBinary(Buffer.from(packed ?? ''));
    expect([unpacked.getCode(), unpacked.getMessage()]).to.deep.equal([10, 'failed']);
    const [any] = unpacked.getDetailsList();
    expect(any?.getTypeUrl()).to.equal('type.googleapis.com/gateway.ErrorDetail');
    const message = gateway.ErrorDetail.deserializeBinary(any?.getValue_asU8() ?? new Uint8Array());
    expect(message.toObject()).to.deep.equal({ address: '127.0.0.1:7051', mspId: 'Org1MSP', message: 'no' });
  });

  it('send no detail trailer when no node is to blame', () => {
    const sent = toStatus(new RpcError(status.INVALID_ARGUMENT, 'nothing there'));
    expect(sent.metadata?.get('grpc-status-details-bin')).to.deep.equal([]);
  });

  it('turn a refused right into code 7, a closing ledger into 14, anything else into 2', () => {
    expect(toStatus(new AccessDenied('x')).code).to.equal(status.PERMISSION_DENIED);
    expect(toStatus(new EngineClosed('x')).code).to.equal(status.UNAVAILABLE);
    expect(toStatus(new Error('x')).code).to.equal(status.UNKNOWN);
  });
});
