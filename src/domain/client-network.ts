/**
 * Returns the network of a client's address, for limits: an IPv4 address itself, or the first four groups of an IPv6 address.
 *
 * Providers assign whole IPv6 networks of that size to customers, who can use any address in them.
 */
export function networkOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  const groups = address.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const [front = [], back = []] = groups;
  const zeros = new Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0');
  return [...front, ...zeros, ...back].slice(0, 4).join(':');
}
