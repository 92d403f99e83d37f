import { type IncomingHttpHeaders } from 'node:http';

/** One proxy's report about the request that it received, as unverified text. */
export interface Hop {
  readonly for?: string | undefined;
  readonly proto?: string | undefined;
  readonly host?: string | undefined;
}

const PAIR =
  /[ \t]*([\w!#$%&'*+.^`|~-]+)=(?:([\w!#$%&'*+.^`|~-]+)|"((?:[^"\\]|\\.)*)")[ \t]*([;,]|$)/y;

/**
 * The hops that the header `Forwarded` names, that of the proxy nearest to this server first; `undefined` if it is not well
 * formed, since then nobody knows which part is whose. RFC 7239, section 4.
 */
export function parseForwarded(header: string): Hop[] | undefined {
  const hops: Record<string, string>[] = [{}];
  PAIR.lastIndex = 0;
  for (;;) {
    const [, name = '', token, quoted = '', end] = PAIR.exec(header) ?? [];
    const hop = hops[0] ?? {};
    const key = name.toLowerCase();
    if (end === undefined || Object.hasOwn(hop, key)) return undefined;
    hop[key] = token ?? quoted.replace(/\\(.)/g, '$1');
    if (end === '') return hops;
    if (end === ',') hops.unshift({});
  }
}

/**
 * The hops that `X-Forwarded-For`, `-Proto` and `-Host` name, in the same order.
 *
 * Where one proxy has replaced what another said, and not added to it, that holds for the hops further away, too. Only an
 * address belongs to its own hop only.
 */
export function parseXForwarded(headers: IncomingHttpHeaders): Hop[] {
  const addresses = listOf(headers['x-forwarded-for']);
  const protos = listOf(headers['x-forwarded-proto']);
  const hosts = listOf(headers['x-forwarded-host']);
  const length = Math.max(addresses.length, protos.length, hosts.length);
  return Array.from({ length }, (_, index) => ({
    for: addresses[index],
    proto: protos[index] ?? protos.at(-1),
    host: hosts[index] ?? hosts.at(-1),
  }));
}

function listOf(header: string | string[] | undefined): string[] {
  if (header === undefined) return [];
  return String(header)
    .split(',')
    .map((part) => part.trim())
    .reverse();
}
