// What a one-time code for a link is bound to, and the words in which a holder receives it.

export function linkSubject(link: string): string {
  return `link/${link}`;
}

/** A link's code is bound to the link, the account and the client's key, which the bank vouches for with it. */
export function linkCodeFacts(link: string, account: string, keyThumbprint: string): readonly string[] {
  return [link, account, keyThumbprint];
}

export function linkCodeText(code: string): string {
  return `Код ${code}: привязка счёта к площадке. Code ${code}: link your account to the marketplace.`;
}
