import { isIP, type BlockList } from 'node:net';

/**
 * Reads an IP address, with a port and brackets or without; `undefined` for anything else.
 *
 * The answer is the one way to write it, so that addresses can be compared: an IPv4 address in an IPv6 one comes out as IPv4.
 */
export function parseAddress(text: string): string | undefined {
  const address = /^\[([\da-f:.]+)\](?::\d{1,5})?$/i.exec(text)?.[1] ?? withoutPort(text);
  if (isIP(address) === 4) return address;
  // An address with a zone, as fe80::1%eth0, means something on one machine only.
  if (isIP(address) === 0 || address.includes('%')) return undefined;
  const canonical = URL.parse(`http://[${address}]`)?.hostname.slice(1, -1);
  return canonical === undefined ? undefined : (embedded(canonical) ?? canonical);
}

/** Whether `address`, as `parseAddress` gives it, is in `networks`. */
export function isIn(networks: BlockList, address: string): boolean {
  return networks.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

function withoutPort(text: string): string {
  return /^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/.exec(text)?.[1] ?? text;
}

/** The IPv4 address in `::ffff:a00:1`: a server that listens on `::` sees all its IPv4 clients so. RFC 4291, section 2.5.5.2. */
function embedded(address: string): string | undefined {
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(address) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const bits = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return bits.flatMap((pair) => [pair >> 8, pair & 0xff]).join('.');
}
