// The routes that only a bank's admin API has: customers, phones, codes, links, operations, simulator.
import { Router } from 'express';
import { z } from 'zod';
import type { OperationView } from '../../../chaincode/protocol/queries.js';
import type { CustomerLinks } from '../../accounts/customer-links.js';
import type { SimulatorClient } from '../../core-bank/simulator-client.js';
import type { PaymentAuthorisations } from '../../payments/authorisations.js';
import type { SealedMail } from '../../accounts/sealed-mail.js';

import { byRefundKey, type OperationIds } from '../../accounts/operation-ids.js';

import type { LedgerClient } from '../../ledger/ledger-client.js';

import {
  authorisationRequestSchema,
  type BankAnswer,
  behaviourSchema,
  customerSchema,
  linkCodeRequestSchema,
  type LinkConfirmationAnswer,
  linkConfirmationRequestSchema,
  type OperationGroup,
  type OperationsAnswer,
  type PhoneAnswer,
  phoneRequestSchema,
} from '../../protocol/admin.js';

export interface BankRoutesOptions {
  readonly bank: string;
  readonly ledger: LedgerClient;
  readonly mail: SealedMail;
  readonly authorisations: PaymentAuthorisations;
  /** Null: outside the demo world. */
  readonly simulator: SimulatorClient | null;
  readonly links: CustomerLinks;
  readonly operationIds: OperationIds;
}

export function bankRoutes(options: BankRoutesOptions): Router {
  const router = Router();
  const { bank, mail, links } = options;
  router.get('/bank', (_request, response) => {
    const answer: BankAnswer = { bank, sealingKey: mail.publicKey() };
    response.json(answer);
  });
  router.post('/links', async (request, response) => {
    response.status(202).json(await links.sendCode(linkCodeRequestSchema.parse(request.body)));
  });
  router.post('/links/confirmation', async (request, response) => {
    const outcome = await links.confirm(linkConfirmationRequestSchema.parse(request.body));
    const answer: LinkConfirmationAnswer = { outcome };
    response.json(answer);
  });
  router.post('/authorisations', async (request, response) => {
    const asked = authorisationRequestSchema.parse(request.body);
    response.json(await options.authorisations.authoriseUnsigned(asked));
  });
  router.get('/deals/:id/operations', async (request, response) => {
    const deal = z.string().max(256).parse(request.params.id);
    const operations = await options.ledger.queryPrivate({ about: 'operations', deal });
    const fingerprint = await options.operationIds.refundKeyFingerprint(deal);
    const answer: OperationsAnswer = { groups: grouped(operations, fingerprint) };
    response.json(answer);
  });
  return options.simulator === null ? router : addSimulatorRoutes(router, options.simulator);
}

function addSimulatorRoutes(router: Router, simulator: SimulatorClient): Router {
  router.post('/customers', async (request, response) => {
    await simulator.addCustomer(customerSchema.parse(request.body));
    response.status(204).end();
  });
  router.post('/phone', async (request, response) => {
    const { holder, after, waitMs } = phoneRequestSchema.parse(request.body);
    const answer: PhoneAnswer = { messages: await simulator.messages(holder, after, waitMs) };
    response.json(answer);
  });
  router.put('/simulator/behaviour', async (request, response) => {
    await simulator.behave(behaviourSchema.parse(request.body));
    response.status(204).end();
  });
  return router;
}

/** A bank has one refund key for a deal, so that its money operations form one group. */
function grouped(operations: readonly OperationView[], fingerprint: string): OperationGroup[] {
  const { tied, others } = byRefundKey(operations);
  return [
    { refundKeyFingerprint: fingerprint, operations: tied },
    { refundKeyFingerprint: null, operations: others },
  ].filter((group) => group.operations.length > 0);
}
