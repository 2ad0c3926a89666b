// What a marketplace gives the couriers' partner doors.
import type { ParcelAnnouncement } from '../protocol/partner/endpoints.js';

export interface CourierPartner {
  /**
   * May be repeated. Rejects: Refused with the courier's own code, such as PARCEL_ACCEPTED; with another one when he
   * does not answer or is not known here.
   */
  announce(courier: string, deal: string, parcel: ParcelAnnouncement): Promise<void>;
}
