// Addresses of a simulated core beside those that every core has: customers, phones and switches of the demo world.
// Each needs the core's key.

export const SIMULATOR_PATHS = {
  /** POST Customer: 204. */
  customers: '/simulator/v1/customers',
  /** POST {holder, after, waitMs}: 200 {messages}. */
  phone: '/simulator/v1/phone',
  /** GET: 200 {items: [{holder, name, phone: address}]}. */
  phoneLinks: '/simulator/v1/phone-links',
  /** GET: 200 {switches: address of the page with the switches}. */
  switchesLink: '/simulator/v1/switches-link',
  /** PUT Behaviour: 204. */
  behaviour: '/simulator/v1/behaviour',
} as const;
