// Puts together a marketplace's way to the banks' partner doors, for its worker and for its people's requests alike.
import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import { HttpsBankPartner } from '../partner/https-bank-partner.js';
import { Confirmations } from '../payments/confirmations.js';
import type { GatewayConfig } from '../protocol/gateway-config.js';

export interface BankPartners {
  readonly partner: HttpsBankPartner;
  readonly confirmations: Confirmations;
  close(): void;
}

/** Without partners in the configuration every bank is away. */
const NOBODY = { tls: { certPath: '', keyPath: '' }, banks: [] };

export function bankPartners(of: {
  readonly config: GatewayConfig;
  /** Has a deal processed again. */
  readonly requeue: (deal: string) => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}): BankPartners {
  const { requeue, clock, log, signal } = of;
  const partners = of.config.partners ?? NOBODY;
  const partner = new HttpsBankPartner(partners);
  const banks = new Set(partners.banks.map(({ bankId }) => bankId));
  const confirmations = new Confirmations({ banks, partner, requeue, clock, log, signal });
  return {
    partner,
    confirmations,
    close: () => {
      partner.close();
    },
  };
}
