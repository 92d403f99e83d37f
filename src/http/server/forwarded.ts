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
 * Parses the hops of a `Forwarded` header, the one of the nearest proxy first. Returns `undefined` if the header is malformed,
 * because its parts cannot be assigned to proxies then.
 *
 * @see RFC 7239, section 4
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

/** Whether a request has one of the headers that `parseXForwarded` reads. */
export function hasXForwarded(headers: IncomingHttpHeaders): boolean {
  return (
    headers['x-forwarded-for'] !== undefined ||
    headers['x-forwarded-proto'] !== undefined ||
    headers['x-forwarded-host'] !== undefined
  );
}

/** Parses the hops of `X-Forwarded-For`, `-Proto` and `-Host`, in the same order. */
export function parseXForwarded(headers: IncomingHttpHeaders): Hop[] {
  const addresses = listOf(headers['x-forwarded-for']);
  const protos = listOf(headers['x-forwarded-proto']);
  const hosts = listOf(headers['x-forwarded-host']);
  const length = Math.max(addresses.length, protos.length, hosts.length);
  // A proxy may have overwritten a header, which then has fewer entries. Its last one applies to the rest, but no address does.
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
