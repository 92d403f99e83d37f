import { isIP, type BlockList } from 'node:net';

/**
 * Parses an IP address, with or without port and brackets, into a form in which addresses can be compared. Returns `undefined` for
 * anything else.
 */
export function parseAddress(text: string): string | undefined {
  const address = /^\[([\da-f:.]+)\](?::\d{1,5})?$/i.exec(text)?.[1] ?? withoutPort(text);
  if (isIP(address) === 4) return address;
  // An address with a zone, such as fe80::1%eth0, has a meaning on one machine only.
  if (isIP(address) === 0 || address.includes('%')) return undefined;
  const canonical = URL.parse(`http://[${address}]`)?.hostname.slice(1, -1);
  return canonical === undefined ? undefined : (embedded(canonical) ?? canonical);
}

/** Whether `address`, in the form of `parseAddress`, is in `networks`. */
export function isIn(networks: BlockList, address: string): boolean {
  return networks.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

function withoutPort(text: string): string {
  return /^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/.exec(text)?.[1] ?? text;
}

/** Returns the IPv4 address in `::ffff:a00:1`, the form that a server on `::` sees. RFC 4291, section 2.5.5.2. */
function embedded(address: string): string | undefined {
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(address) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const bits = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return bits.flatMap((pair) => [pair >> 8, pair & 0xff]).join('.');
}
