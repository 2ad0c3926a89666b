// Which hosts and domains the consortium file may name.
import { isIP } from 'node:net';

const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const LONGEST_LABEL = 63;
const LONGEST_HOST = 253;
/** Certificates hold names of at most 64 characters, such as "orderer.<domain>". */
const LONGEST_DOMAIN = 56;

export const HOST_NEEDED = 'a host name or an IP address is needed, without port, brackets or zone';
export const DOMAIN_NEEDED =
  `a domain of at most ${LONGEST_DOMAIN} characters is needed, ` +
  'in two or more parts of small letters, digits and hyphens';

/** A DNS name, an IPv4 address, or an IPv6 address without a zone, which is of one machine only. */
export function isHost(host: string): boolean {
  if (isIP(host) !== 0) return !host.includes('%');
  const labels = host.toLowerCase().split('.');
  // Numbers at the end are an address, and this is none.
  return host.length <= LONGEST_HOST && labels.every(isLabel) && !/^[0-9]+$/.test(labels.at(-1) ?? '');
}

/** A domain of which the names of peers, orderers and identities are made. */
export function isDomain(domain: string): boolean {
  const labels = domain.split('.');
  return domain.length <= LONGEST_DOMAIN && labels.length > 1 && labels.every(isLabel);
}

function isLabel(label: string): boolean {
  return label.length <= LONGEST_LABEL && LABEL.test(label);
}
