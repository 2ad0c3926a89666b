// Waits until a process of a ground is in some state.
import { setTimeout as pause } from 'node:timers/promises';
import type { ProcessStatus } from '../../network/processes/managed-process.js';
import type { WireGround } from '../support/wire-ground.js';

const LOOK_EVERY_MS = 50;
const LIMIT_MS = 60_000;

export async function untilProcess(
  ground: WireGround,
  name: string,
  holds: (status: ProcessStatus) => boolean,
): Promise<void> {
  const givenUpAt = Date.now() + LIMIT_MS;
  while (!holds(ground.process(name))) {
    if (Date.now() > givenUpAt) throw new Error(`${name} is still ${ground.process(name).state}`);
    await pause(LOOK_EVERY_MS);
  }
}
