// Pictures that people put up of themselves: one of each, in place of the one before.
import type { Hash, Instant } from '../../chaincode/protocol/forms.js';
import type { PictureSize } from './picture-records.js';

export interface ProfilePicture {
  /** Of the larger size. */
  readonly hash: Hash;
  readonly full: Buffer;
  readonly small: Buffer;
  readonly at: Instant;
}

export interface ProfilePictures {
  /** In place of the one that was there, which is gone at once. */
  put(person: string, picture: ProfilePicture): Promise<void>;
  remove(person: string): Promise<void>;
  find(person: string, size: PictureSize): Promise<Buffer | null>;
  /** Whether the two are buyer and seller of a deal that has been paid. */
  areParties(one: string, other: string): Promise<boolean>;
}
