// What each endpoint of a courier's partner door does.
import { isDisplayName } from '../../../chaincode/protocol/display-name.js';
import type { AnnouncedParcels } from '../../parcels/announced-parcels.js';
import type { CourierEndpointName } from '../../protocol/partner/endpoints.js';
import { Refused } from '../../refused.js';
import type { PartnerHandlers } from './partner-app.js';

const LONGEST_NAME = 100;

export function courierHandlers(parcels: AnnouncedParcels): PartnerHandlers<CourierEndpointName> {
  return {
    announceParcel: async (partner, { path: { deal }, body }) => {
      if (!isDisplayName(body.seller, LONGEST_NAME)) throw new Refused('BAD_INPUT', { where: 'body.seller' });
      await parcels.announce({ partner, deal, parcel: body });
      return null;
    },
  };
}
