// Plays one scenario of the demonstration, again on new people if the system was away at the wrong moment.
import { ScenarioDiverged, type ScenarioOptions } from '../../demo/scenario.js';
import type { ScenarioPlan } from '../../demo/scenarios.js';

const MOST_PLAYS = 5;

/** The deal's id. */
export async function played(plan: ScenarioPlan, options: ScenarioOptions): Promise<string> {
  for (let plays = 1; ; plays += 1) {
    try {
      return await plan.play(options);
    } catch (error) {
      if (!(error instanceof ScenarioDiverged) || plays >= MOST_PLAYS) throw error;
    }
  }
}
