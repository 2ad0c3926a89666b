// A port base whose ports, as the consortium file lays them out, are free at this moment.
import { randomInt } from 'node:crypto';
import { PORT_OF, portOf, type PortPurpose, readConsortium } from '../../network/consortium.js';
import { checkPorts } from '../../network/processes/ports.js';
import { SetupError } from '../../network/setup-error.js';

/** Below the ports that systems give to outgoing connections, so that none of them is taken meanwhile. */
const PORTS = { from: 11_000, to: 32_000 } as const;
const MOST_TRIES = 20;

export async function consecutivePorts(consortiumFile = 'network/consortium.yaml'): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const portBase = randomInt(PORTS.from, PORTS.to);
    const consortium = readConsortium(consortiumFile, { portBase });
    const purposes = Object.keys(PORT_OF) as PortPurpose[]; // keys of a constant
    const needed = consortium.members.flatMap((member) =>
      purposes.map((purpose) => ({
        host: member.host,
        port: portOf(consortium, member, purpose),
        purpose,
      })),
    );
    try {
      await checkPorts(needed);
      return portBase;
    } catch (error) {
      if (!(error instanceof SetupError) || tries >= MOST_TRIES) throw error;
    }
  }
}
