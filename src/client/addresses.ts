import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Addresses that no registry has, even in a private network. Cloud providers serve logins of their machines at some. */
const NEVER = blockList(
  '0.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '168.63.129.16/32',
  '100.100.100.200/32',
  '::/128',
  'fe80::/10',
  'ff00::/8',
  'fd00:ec2::254/128',
);

/** Addresses of private networks and of this machine. */
const PRIVATE = blockList(
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
);

/** The public IPv6 addresses are all within this network. */
const GLOBAL_V6 = blockList('2000::/3');

/** IPv6 addresses that contain an IPv4 address: mapped, of NAT64, of 6to4. With the position of its first group. */
const CONTAINS_V4 = [
  { network: blockList('::ffff:0:0/96'), group: 6 },
  { network: blockList('64:ff9b::/96'), group: 6 },
  { network: blockList('2002::/16'), group: 1 },
] as const;

/** Teredo hides the IPv4 address, so it is never used. */
const TEREDO = blockList('2001::/32');

/** A connection was not made because of the address. */
export class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress';
}

/** Which addresses may be connected to. */
export type AddressRule = 'public' | 'private';

/** Returns whether a connection to `address` may be made. */
export function isAllowed(text: string, rule: AddressRule): boolean {
  const [address = ''] = text.split('%');
  if (isIP(address) === 0) return false;
  if (isIP(address) === 4) return isAllowedV4(address, rule);
  const groups = groupsOf(address);
  const inner = CONTAINS_V4.find(({ network }) => network.check(address, 'ipv6'));
  if (inner !== undefined) return isAllowedV4(v4At(groups, inner.group), rule);
  if (NEVER.check(address, 'ipv6') || TEREDO.check(address, 'ipv6')) return false;
  return rule === 'private' || GLOBAL_V6.check(address, 'ipv6');
}

/** Checks the host of `url` if it is an address. Names are checked when they are resolved. @throws ForbiddenAddress */
export function checkLiteral(url: URL, rule: AddressRule): void {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0 && !isAllowed(host, rule)) throw forbidden(host, [host], rule);
}

/** Returns a lookup that resolves names to allowed addresses only, and fails with `ForbiddenAddress` without any. */
export function checkedLookup(
  rule: AddressRule,
  resolve: LookupFunction = systemLookup,
): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, []);
      const all = found as LookupAddress[];
      const allowed = all.filter(({ address }) => isAllowed(address, rule));
      const [first] = allowed;
      if (first === undefined) {
        const addresses = all.map(({ address }) => address);
        return done(forbidden(hostname, addresses, rule), []);
      }
      // Node asks for all addresses, to try several at a time.
      return options.all === true ? done(null, allowed) : done(null, first.address, first.family);
    });
  };
}

function forbidden(host: string, addresses: readonly string[], rule: AddressRule): Error {
  const own = addresses.length === 1 && addresses[0] === host;
  const subject = own ? host : `${host} (${addresses.join(', ')})`;
  const isPrivate = addresses.some((address) => isAllowed(address, 'private'));
  return new ForbiddenAddress(
    rule === 'public' && isPrivate
      ? `${subject} is a private address; if the registry is in a private network, add this line to the mirror: addresses: private`
      : `${subject} is not an address of a registry`,
  );
}

function isAllowedV4(address: string, rule: AddressRule): boolean {
  if (NEVER.check(address, 'ipv4')) return false;
  return rule === 'private' || !PRIVATE.check(address, 'ipv4');
}

/** Returns the eight groups of an IPv6 address as numbers. */
function groupsOf(address: string): number[] {
  // The parser of URLs writes each address in one form, without dots.
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = written.split('::');
  const parse = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const begin = parse(head);
  if (tail === undefined) return begin;
  const end = parse(tail);
  return [...begin, ...Array<number>(8 - begin.length - end.length).fill(0), ...end];
}

function v4At(groups: readonly number[], index: number): string {
  const [high = 0, low = 0] = groups.slice(index, index + 2);
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

function blockList(...networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
