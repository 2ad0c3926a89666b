// The order of the marketplace's administrator about the parameters of deals to come.
import {
  PARAMETERS_ORDER,
  type ParameterSettings,
  type ParametersOrder,
  settingsHash,
} from '../../protocol/parameter-order.js';
import { newId } from '../ids.js';

/** `before`: as the administrator has seen them. */
export function orderParameters(before: ParameterSettings, after: ParameterSettings): ParametersOrder {
  const params = { replaces: settingsHash(before), settings: settingsHash(after) };
  return { action: PARAMETERS_ORDER, id: newId('order'), params };
}
