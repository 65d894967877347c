import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** A host whose addresses are all private, or that of this machine. */
export class PrivateAddress extends Error {
  override name = 'PrivateAddress';
}

// Neither is in the ranges that ipaddr.js knows: networks for measurements, and what is not routed at all.
const BENCHMARKS = ipaddr.IPv4.parseCIDR('198.18.0.0/15');
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address is one of the public internet's. IPv6 that stands for IPv4 (mapped, NAT64, 6to4, Teredo) is not: it
 * could stand for a private one.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const ip = ipaddr.parse(address);
  if (ip.range() !== 'unicast') return false;
  return ip instanceof ipaddr.IPv4 ? !ip.match(BENCHMARKS) : ip.match(GLOBAL_UNICAST);
}

/** Resolves a name for a connection to public addresses only: what the name meant a moment ago does not count. */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) {
      callback(error, '');
      return;
    }
    const open = addresses.filter(({ address }) => isPublicAddress(address));
    const [first] = open;
    if (first === undefined) callback(new PrivateAddress(`${hostname} is not a public address`), '');
    else if (options.all === true) callback(null, open);
    else callback(null, first.address, first.family);
  });
};
