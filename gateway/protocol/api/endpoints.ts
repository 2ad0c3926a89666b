// Every endpoint of the web API by its name, which is the SDK's method.
import { accountEndpoints } from './accounts.js';
import { addressEndpoints } from './addresses.js';
import { bankEndpoints } from './bank.js';
import { consortiumEndpoints } from './consortium.js';
import { dealEndpoints } from './deals.js';
import type { EndpointDeclaration } from './endpoint.js';
import { intentEndpoints } from './intents.js';
import { ledgerEndpoints } from './ledger.js';
import { figureEndpoints } from './figures.js';
import { labelEndpoints } from './labels.js';
import { memberEndpoints } from './members.js';
import { invitationEndpoints } from './invitations.js';
import { notificationEndpoints } from './notifications.js';
import { offerEndpoints } from './offers.js';
import { operationEndpoints } from './operations.js';
import { parameterEndpoints } from './parameters.js';
import { parcelEndpoints } from './parcels.js';
import { paymentEndpoints } from './payments.js';
import { peopleEndpoints } from './people.js';
import { receiptEndpoints } from './receipts.js';
import { registrationEndpoints } from './registration.js';
import { sessionEndpoints } from './session.js';

export const ENDPOINTS = {
  ...consortiumEndpoints,
  ...sessionEndpoints,
  ...registrationEndpoints,
  ...memberEndpoints,
  ...peopleEndpoints,
  ...parameterEndpoints,
  ...offerEndpoints,
  ...dealEndpoints,
  ...addressEndpoints,
  ...receiptEndpoints,
  ...labelEndpoints,
  ...figureEndpoints,
  ...invitationEndpoints,
  ...notificationEndpoints,
  ...paymentEndpoints,
  ...accountEndpoints,
  ...operationEndpoints,
  ...parcelEndpoints,
  ...ledgerEndpoints,
  ...bankEndpoints,
  ...intentEndpoints,
} as const satisfies { readonly [name: string]: EndpointDeclaration };

export type Endpoints = typeof ENDPOINTS;
export type EndpointName = keyof Endpoints;

/** Method and path of every endpoint: all that a caller needs at run time. */
export type Routes = { readonly [N in EndpointName]: readonly [method: string, path: string] };

export const ROUTES = Object.fromEntries(
  Object.entries(ENDPOINTS).map(([name, { method, path }]) => [name, [method, path]]),
) as unknown as Routes; // exactly the names of ENDPOINTS
