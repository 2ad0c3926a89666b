// What an API key of a partner may be good for.

export const BANK_SCOPES = ['links', 'payments', 'balances', 'quotes', 'operations'] as const;
export const COURIER_SCOPES = ['parcels'] as const;
export const SCOPES = [...BANK_SCOPES, ...COURIER_SCOPES] as const;
export type Scope = (typeof SCOPES)[number];
