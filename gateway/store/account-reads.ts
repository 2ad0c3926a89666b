// Links to accounts at banks, with the words that their holders gave them. The marketplace never has an account's
// number.
import type { LinkRow } from '../../chaincode/protocol/account.js';

export interface StoredLink {
  readonly row: LinkRow;
  readonly isAttested: boolean;
  readonly label: string;
  readonly lastFour: string;
}

export interface AccountReads {
  ofPerson(person: string): Promise<readonly StoredLink[]>;
  find(link: string): Promise<StoredLink | null>;
  saveLabel(label: {
    readonly link: string;
    readonly person: string;
    readonly label: string;
    readonly lastFour: string;
  }): Promise<void>;
}
