import { isIP } from 'node:net';

/** A name without a dot, such as `localhost` or the name of a container, with an optional port. */
const WITHOUT_DOT = /^[a-z0-9_-]*(?::\d{1,5})?$/;

/** Decides which values of `ns` mean this registry. */
export class LocalHosts {
  private readonly hosts: ReadonlySet<string>;

  /**
   * @param hosts further hosts, in lower case
   * @param publicUrl the URL by which clients reach this registry, or an empty text
   */
  constructor(hosts: readonly string[], publicUrl: string) {
    const url = URL.parse(publicUrl);
    const own = url === null ? [] : [url.host, ...(url.port === '' ? [withPort(url)] : [])];
    this.hosts = new Set([...hosts, ...own]);
  }

  /** Returns whether a host in lower case means this registry. No registry on the internet has an address or a name without a dot. */
  has(host: string): boolean {
    return this.hosts.has(host) || WITHOUT_DOT.test(host) || isAddress(host);
  }
}

function withPort({ hostname, protocol }: URL): string {
  return `${hostname}:${protocol === 'https:' ? 443 : 80}`;
}

function isAddress(host: string): boolean {
  const [, v6] = /^\[([\da-f:.]+)\](?::\d{1,5})?$/.exec(host) ?? [];
  return isIP(v6 ?? host.replace(/:\d{1,5}$/, '')) !== 0 || isIP(host) === 6;
}
