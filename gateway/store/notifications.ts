// Notifications of people, and up to where each has read his.
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { ProjectedNotification } from '../projection/notifications.js';
import type { Part, PartRequest } from './offer-reads.js';

/** Where a notification stands in the order of all. */
export type NotificationPlace = Pick<ProjectedNotification, 'block' | 'transaction' | 'place'>;

export interface StoredNotification extends Omit<ProjectedNotification, 'person'> {
  /** Of the offer that it is about; the offer's id where nobody has its words. */
  readonly title: string;
  readonly isRead: boolean;
}

/** Whose, and none that is older. */
export interface NotificationSearch {
  readonly person: string;
  readonly since: Instant;
}

export interface Notifications {
  /** Newest first; of deals that the person may no longer see, nothing but that. */
  list(search: NotificationSearch, part: PartRequest): Promise<Part<StoredNotification>>;
  /** How many came after the person's mark, `most` at most. */
  unread(search: NotificationSearch, most: number): Promise<number>;
  /** False: the person has no such notification. A mark never goes back. */
  markRead(person: string, upTo: NotificationPlace): Promise<boolean>;
  /** Removes what is older, and all but the newest `mostEach` of each person; how many. */
  removeOld(of: { readonly before: Instant; readonly mostEach: number }): Promise<number>;
}
