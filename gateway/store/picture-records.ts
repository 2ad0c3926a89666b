// Re-encoded pictures by the hash of their larger size.
import type { Hash, Instant } from '../../chaincode/protocol/forms.js';

export type PictureSize = 'full' | 'small';

export interface NewPicture {
  readonly hash: Hash;
  readonly owner: string;
  readonly full: Buffer;
  readonly small: Buffer;
  readonly at: Instant;
}

export interface FoundPicture {
  readonly bytes: Buffer;
  /** Who uploaded it first. */
  readonly owner: string;
  /** Whether an offer that is listed shows it. */
  readonly isListed: boolean;
}

export interface PictureRecords {
  /** False: the owner has used up his room. The same picture twice is kept once. */
  save(picture: NewPicture, limits: { readonly mostBytes: number }): Promise<boolean>;
  find(hash: Hash, size: PictureSize): Promise<FoundPicture | null>;
  /** Removes those that no offer's content names and that are older; how many. */
  removeUnused(uploadedBefore: Instant, limit: number): Promise<number>;
}
