// The couriers of the consortium by their partner doors.
import type { PartnersConfig } from '../protocol/gateway-config.js';
import { Refused } from '../refused.js';
import type { CourierPartner } from './courier-partner.js';
import { PartnerConnection, type PartnerTimes } from './partner-connection.js';

/** Who asks tries again by himself, when it suits him. */
const USUAL_TIMES: PartnerTimes = { connectAndAnswerMs: 5_000, patienceMs: 0 };

export class HttpsCourierPartner implements CourierPartner {
  private readonly couriers: ReadonlyMap<string, PartnerConnection>;

  constructor({ tls, couriers }: Pick<PartnersConfig, 'tls' | 'couriers'>) {
    this.couriers = new Map(
      couriers.map(({ mspId, ...address }) => [
        mspId,
        new PartnerConnection({ ...address, tls }, USUAL_TIMES),
      ]),
    );
  }

  announce: CourierPartner['announce'] = async (courier, deal, parcel) => {
    const connection = this.couriers.get(courier);
    if (connection === undefined) throw new Refused('NOT_FOUND', { what: courier });
    await connection.call('announceParcel', { path: { deal }, query: {}, body: parcel });
  };

  close(): void {
    for (const connection of this.couriers.values()) connection.close();
  }
}
