// Opens a member's partner door: for the gateways that the configuration names, with the keys that it has issued.
import type { Logger } from 'pino';
import type { Alarms } from '../alarms.js';
import type { ApiKeys } from '../api-keys/api-keys.js';
import { Callers } from '../http/partner/callers.js';
import { partnerApp, type PartnerAppOptions } from '../http/partner/partner-app.js';
import { type RunningPartnerDoor, servePartners } from '../http/partner/partner-server.js';
import type { PartnerDoorConfig } from '../protocol/gateway-config.js';

export async function openPartnerDoor(
  config: PartnerDoorConfig,
  of: {
    readonly apiKeys: ApiKeys;
    readonly handlers: PartnerAppOptions['handlers'];
    readonly alarms: Alarms;
    readonly log: Logger;
  },
): Promise<RunningPartnerDoor> {
  for (const key of config.apiKeys) await of.apiKeys.adopt(key);
  const callers = new Callers(config.callers);
  return servePartners(partnerApp({ ...of, callers }), config, callers.roots());
}
