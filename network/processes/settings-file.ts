// What programs of people know of the consortium before they ask any gateway: one file, from which pages are served it
// and programs read it.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ConsortiumSettings } from '../../gateway/sdk/consortium-settings.js';
import { type Consortium, webOrigin } from '../consortium.js';
import { writeWhole } from '../identity/credential.js';
import { organisationTree } from '../identity/layout.js';
import type { SystemFolder } from './system-folder.js';

/** Needs the members' identities. */
export function writeSettings(folder: SystemFolder, consortium: Consortium): void {
  const settings: ConsortiumSettings = {
    channel: consortium.channel,
    windowMs: consortium.timing.windowMs,
    members: consortium.members.map((member) => {
      const { ca } = organisationTree(folder.organizations, member);
      const { raw } = new X509Certificate(readFileSync(ca.certPath));
      const authorities = [raw.toString('base64url')];
      return { mspId: member.mspId, web: webOrigin(consortium, member), authorities };
    }),
  };
  writeWhole(folder.settingsFile, `${JSON.stringify(settings, null, 2)}\n`);
}
