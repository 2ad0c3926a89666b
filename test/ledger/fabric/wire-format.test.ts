// Bytes that are no protobuf message are refused as Go's parser refuses them.
import { expect } from 'chai';
import { common } from '@hyperledger/fabric-protos';
import { MalformedMessage, parseMessage } from '../../../ledger/fabric/protobuf.js';
import { LedgerStage, MEMBERS, refusal } from '../engine/ledger-stage.js';

const [market, bankA] = MEMBERS;

/** Tried with Fabric's configtxlator: refused. */
const REFUSED = [
  ['24', 'the end of a group that never began'],
  ['5c16', 'such an end with something after it'],
  ['1c7409e72755', 'such an end first'],
  ['3dee72e3', 'a fixed field that is cut'],
  ['0a05', 'bytes that are cut'],
  ['08', 'a number that is missing'],
  ['08ffffffffffffffffffff01', 'a number that is too long'],
  ['0000', 'field number 0'],
  ['0f00', 'an unknown wire type'],
  ['2b', 'a group that never ends'],
  ['2b34', 'a group that ends as another'],
] as const;

/** Refused by neither: unknown fields. */
const ACCEPTED = [
  ['', 'nothing'],
  ['2b2c', 'an empty group of an unknown field'],
  ['2b3b3c2c', 'a group in a group'],
  ['a80601', 'an unknown number'],
  ['08ffffffffffffffffff01', 'the largest number'],
] as const;

describe('embedded engine: wire format', () => {
  for (const [hex, what] of REFUSED) {
    it(`refuses ${what}`, () => {
      const parse = () => parseMessage(common.SignaturePolicyEnvelope, Buffer.from(hex, 'hex'), 'Policy');
      expect(parse).to.throw(
        MalformedMessage,
        'error unmarshalling Policy: proto: cannot parse invalid wire-format data',
      );
    });
  }

  for (const [hex, what] of ACCEPTED) {
    it(`accepts ${what}`, () => {
      parseMessage(common.SignaturePolicyEnvelope, Buffer.from(hex, 'hex'), 'Policy');
    });
  }

  it('a key policy that is no message is set without complaint and stops every later write of the key', async () => {
    const stage = await LedgerStage.open();
    const two = [market, bankA];
    await stage.submit([['put', 'k', '1']], two);
    expect(await stage.code([['rawPolicy', 'k', '24']], two)).to.equal(0);
    expect(await refusal(stage.endorse([['put', 'k', '2']], two))).to.contain(
      'error in simulation: error unmarshalling SignaturePolicyEnvelope: proto: cannot parse invalid wire-format data',
    );
    expect(await stage.read([['get', 'k']])).to.deep.equal(['1']);
    await stage.close();
  });
});
