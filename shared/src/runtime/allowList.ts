import ipaddr from 'ipaddr.js';

// Hosts are few; this only keeps a scan from filling the memory.
const MOST_REMEMBERED = 10_000;

/**
 * Whether a socket's remote address lies in one of the CIDR ranges. IPv4 addresses that arrive as `::ffff:…` are IPv4.
 *
 * @throws when a range is not in CIDR notation
 */
export function createAllowList(ranges: readonly string[]): (address: string | undefined) => boolean {
  const networks = ranges.map((range) => ipaddr.parseCIDR(range));
  const remembered = new Map<string, boolean>();

  function isInside(address: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    const ip = ipaddr.process(address);
    return networks.some((network) => matches(ip, network));
  }

  return (address) => {
    if (address === undefined) return false;
    let answer = remembered.get(address);
    if (answer === undefined) {
      answer = isInside(address);
      if (remembered.size >= MOST_REMEMBERED) remembered.clear();
      remembered.set(address, answer);
    }
    return answer;
  };
}

function matches(ip: ipaddr.IPv4 | ipaddr.IPv6, [network, bits]: [ipaddr.IPv4 | ipaddr.IPv6, number]): boolean {
  if (ip instanceof ipaddr.IPv4) return network instanceof ipaddr.IPv4 && ip.match(network, bits);
  return network instanceof ipaddr.IPv6 && ip.match(network, bits);
}
