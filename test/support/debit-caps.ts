// A bank's operator publishes how much it credits on other banks' word; tariff and sealing key stay as they are.
import { BANK_ID, owned, type Step } from './member-access.js';
import { present, type TestConsortium } from './test-consortium.js';

/** Currency → minor units. */
export interface DebitCaps {
  readonly [currency: string]: string;
}

export async function publishingCaps(
  consortium: TestConsortium,
  msp: string,
  debitCaps: DebitCaps,
): Promise<Step> {
  const bank = BANK_ID[msp] ?? '';
  const { tariff, sealingKey } = present(await consortium.row('bank', bank));
  const params = { bank, tariff: present(tariff), sealingKey: present(sealingKey), debitCaps };
  return owned(msp, consortium.signed(consortium.operatorOf(msp), 'publishBank', params));
}
