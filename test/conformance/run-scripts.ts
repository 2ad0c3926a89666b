// Brings a ground up, plays every script on it and hands out the outcomes by area.
import { AREAS } from './all-scripts.js';
import { openGround, SCRIPT_CUTTING, type GroundName } from './ground.js';
import { Network } from './network.js';
import { playAll, type Outcomes } from './play.js';

/** More would only make the two cores of a small machine wait for each other. */
const AT_ONCE = 8;

export async function runScripts(
  name: GroundName,
  onPlayed?: (script: string, ms: number) => void,
): Promise<Readonly<Record<string, Outcomes>>> {
  const network = await Network.open(await openGround(name, SCRIPT_CUTTING));
  try {
    const scripts = Object.values(AREAS).flat();
    const outcomes = await playAll(network, scripts, {
      atOnce: AT_ONCE,
      ...(onPlayed === undefined ? {} : { onPlayed }),
    });
    return Object.fromEntries(
      Object.entries(AREAS).map(([area, members]) => [
        area,
        Object.fromEntries(members.map((script) => [script.name, outcomes[script.name] ?? null])),
      ]),
    );
  } finally {
    await network.close();
  }
}
