/** Whom an address of a socket stands for. Of IPv6 the /64: whoever has one of its addresses has them all. */
export function networkOf(address = ''): string {
  const isIPv6 = address.includes(':') && !address.includes('.');
  if (!isIPv6) return address;
  const [head = [], tail = []] = address.split('::').map((groups) => groups.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0');
  return [...head, ...zeros, ...tail].slice(0, 4).join(':');
}
