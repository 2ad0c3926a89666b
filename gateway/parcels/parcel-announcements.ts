// Gives couriers the addresses of paid deals, and again what a buyer has changed, until they have them. What waits is
// in the store, so nothing is lost while a courier or this gateway is away. Addresses are in no line of the log.
import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { CourierPartner } from '../partner/courier-partner.js';
import { Refused } from '../refused.js';
import type { DealAddresses, WaitingAnnouncement } from '../store/addresses.js';
import { pauseMs } from '../worker/retry.js';

export interface ParcelAnnouncementsOptions {
  readonly addresses: Pick<DealAddresses, 'waiting' | 'settle' | 'postpone'>;
  readonly partner: CourierPartner;
  /** As the buyer's page names the seller once the deal is paid. */
  readonly sellerName: (person: string) => Promise<string>;
  readonly clock: Clock;
  readonly log: Logger;
}

const EVERY_MS = 2_000;
const AT_ONCE = 20;

export class ParcelAnnouncements {
  private cancelTimer: () => void = () => undefined;
  private running: Promise<void> | null = null;
  private isWanted = false;
  private isStopped = false;

  constructor(private readonly options: ParcelAnnouncementsOptions) {}

  /** Looks at once for what waits; also the start. */
  wake(): void {
    this.isWanted = true;
    if (this.isStopped || this.running !== null) return;
    this.cancelTimer();
    this.running = this.run().finally(() => {
      this.running = null;
      if (!this.isStopped) this.wakeLater();
    });
  }

  /** Starts nothing new and waits for what is under way. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.cancelTimer();
    await this.running;
  }

  private wakeLater(): void {
    const { clock } = this.options;
    this.cancelTimer = clock.at(this.isWanted ? clock.now() : clock.now() + EVERY_MS, () => {
      this.wake();
    });
  }

  private async run(): Promise<void> {
    const { addresses, clock, log } = this.options;
    this.isWanted = false;
    try {
      const waiting = await addresses.waiting(clock.now(), AT_ONCE);
      await Promise.all(waiting.map((one) => this.announce(one)));
      if (waiting.length === AT_ONCE) this.isWanted = true;
    } catch (error) {
      log.warn({ err: error }, 'could not look for parcels to announce; it is tried again later');
    }
  }

  private async announce(waiting: WaitingAnnouncement): Promise<void> {
    const { addresses, partner, sellerName, clock, log } = this.options;
    const { deal, courier, address, changedAt, failures } = waiting;
    try {
      const seller = await sellerName(waiting.seller);
      await partner.announce(courier, deal, { address, seller, changedAt });
      await addresses.settle(waiting, 'announced');
    } catch (error) {
      if (error instanceof Refused && error.code === 'PARCEL_ACCEPTED') {
        log.warn({ deal, courier }, 'an address was changed when the courier had the parcel');
        await addresses.settle(waiting, 'late');
        return;
      }
      log.warn({ deal, courier, err: error }, 'a parcel was not announced; it is tried again later');
      await addresses.postpone(waiting, clock.now() + pauseMs(failures + 1));
    }
  }
}
