// What people's programs know of the consortium: each member's own authority, which certifies its gateway.
import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { expect } from 'chai';
import type { ConsortiumSettings } from '../../../gateway/sdk/consortium-settings.js';
import { certifiedKey } from '../../../gateway/sdk/x509.js';
import { readConsortium } from '../../../network/consortium.js';
import { organisationTree } from '../../../network/identity/layout.js';
import { ensureIdentities } from '../../../network/identity/organisation.js';
import { writeSettings } from '../../../network/processes/settings-file.js';
import { SystemFolder } from '../../../network/processes/system-folder.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('the settings of the consortium', () => {
  const dir = temporaryFolder();

  it('name for each member its address and the authority that certifies its gateway, and no other', async () => {
    const folder = new SystemFolder(dir());
    const consortium = readConsortium('network/consortium.yaml', { portBase: 30_000 });
    await ensureIdentities(folder.organizations, consortium);
    writeSettings(folder, consortium);
    const settings = JSON.parse(readFileSync(folder.settingsFile, 'utf8')) as ConsortiumSettings;
    expect(settings).to.include({ channel: consortium.channel, windowMs: consortium.timing.windowMs });
    const at = Date.now();
    for (const member of consortium.members) {
      const { users } = organisationTree(folder.organizations, member);
      const certificate = new X509Certificate(readFileSync(users.Gateway.signing.certPath));
      const text = certificate.raw.toString('base64url');
      const spki = certificate.publicKey.export({ format: 'der', type: 'spki' }).toString('base64url');
      for (const { mspId, authorities } of settings.members) {
        const key = await certifiedKey(text, { authorities, at });
        expect(key, `${member.mspId} by ${mspId}`).to.equal(mspId === member.mspId ? spki : null);
      }
    }
    const secret = /PRIVATE|keyPath/;
    expect(readFileSync(folder.settingsFile, 'utf8')).not.to.match(secret);
    expect(statSync(folder.settingsFile).mode & 0o777).to.equal(0o644);
  });
});
