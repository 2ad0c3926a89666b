// Who has opened and closed registration, and when.
import type { Instant } from '../../chaincode/protocol/forms.js';

export interface RegistrationSwitch {
  readonly at: Instant;
  readonly person: string;
  readonly isOpen: boolean;
}

export interface RegistrationSwitches {
  add(change: RegistrationSwitch): Promise<void>;
  /** Newest first. */
  newest(limit: number): Promise<readonly RegistrationSwitch[]>;
}
