// gRPC errors as Fabric's gateway words them, with its details in `grpc-status-details-bin`.
import { Metadata, status, type StatusObject } from '@grpc/grpc-js';
import { gateway, google } from '@hyperledger/fabric-protos';
import { Any } from 'google-protobuf/google/protobuf/any_pb.js';
import { messageOf } from '../fabric/error-message.js';
import { AccessDenied } from '../fabric/refusals.js';
import { EngineClosed } from '../engine/errors.js';

const DETAIL_TYPE_URL = 'type.googleapis.com/gateway.ErrorDetail';

/** Who failed: address of the node, its organisation, and what it said. */
export interface FailureDetail {
  readonly address: string;
  readonly mspId: string;
  readonly message: string;
}

/** An answer other than OK: a gRPC status code, a message, and one detail for each node that failed. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  constructor(
    readonly code: status,
    message: string,
    readonly details: readonly FailureDetail[] = [],
  ) {
    super(message);
  }
}

/**
 * What grpc-js sends for this error. An RpcError keeps its code; a refused right becomes PERMISSION_DENIED,
 * a closing ledger UNAVAILABLE, anything else UNKNOWN.
 */
export function toStatus(
  error: unknown,
): Partial<StatusObject> & { readonly name: string; readonly message: string } {
  const rpcError = toRpcError(error);
  return {
    name: rpcError.name,
    message: rpcError.message,
    code: rpcError.code,
    details: rpcError.message,
    metadata: detailsMetadata(rpcError),
  };
}

function toRpcError(error: unknown): RpcError {
  if (error instanceof RpcError) {
    return error;
  }
  if (error instanceof AccessDenied) {
    return new RpcError(status.PERMISSION_DENIED, error.message);
  }
  if (error instanceof EngineClosed) {
    return new RpcError(status.UNAVAILABLE, error.message);
  }
  return new RpcError(status.UNKNOWN, messageOf(error));
}

function detailsMetadata(error: RpcError): Metadata {
  const metadata = new Metadata();
  if (error.details.length > 0) {
    const message = new google.rpc.Status();
    message.setCode(error.code);
    message.setMessage(error.message);
    message.setDetailsList(error.details.map(toAny));
    metadata.set('grpc-status-details-bin', Buffer.from(message.serializeBinary()));
  }
  return metadata;
}

function toAny(detail: FailureDetail): Any {
  const message = new gateway.ErrorDetail();
  message.setAddress(detail.address);
  message.setMspId(detail.mspId);
  message.setMessage(detail.message);
  const any = new Any();
  any.setTypeUrl(DETAIL_TYPE_URL);
  any.setValue(message.serializeBinary());
  return any;
}
