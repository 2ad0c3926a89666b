// An invitation to pay whose link was opened: taken from behind `#` and out of the address bar, and kept for this tab
// alone until its holder has taken it.
import { type InvitationSecret, readInvitationFragment } from '../../gateway/sdk/invitation-link.js';

const KEPT = 'forescrow invitation';
const PAY_ADDRESS = /^\/deals\/(deal_[0-9a-z]{1,100})\/pay$/;

export interface OpenedInvitation extends InvitationSecret {
  readonly deal: string;
}

/** Called before anything is shown. */
export function takeFromAddress(): void {
  const { pathname, search, hash } = window.location;
  const deal = PAY_ADDRESS.exec(pathname)?.[1];
  const secret = readInvitationFragment(hash);
  if (deal === undefined || secret === null) return;
  window.history.replaceState(window.history.state, '', pathname + search);
  window.sessionStorage.setItem(KEPT, `${deal}#${secret.invitation}.${secret.seed}`);
}

/** Null: none was opened in this tab, or it is taken. */
export function openedInvitation(): OpenedInvitation | null {
  const [deal, fragment = ''] = (window.sessionStorage.getItem(KEPT) ?? '').split('#');
  const secret = readInvitationFragment(fragment);
  return deal === undefined || secret === null ? null : { deal, ...secret };
}

export function forgetInvitation(): void {
  window.sessionStorage.removeItem(KEPT);
}
