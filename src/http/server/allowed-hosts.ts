import { type Request } from 'express';

import { RegistryError } from '../../domain/errors.js';
import { reportedHost } from './origin.js';
import { type RequestCheck } from './request-check.js';

/** How many characters of a header an error repeats. */
const MAX_SHOWN = 200;

/** The domains that nobody can register on the internet. Container engines and clusters use them. */
const PRIVATE_DOMAINS = [
  ...['localhost', 'internal', 'local', 'test', 'home.arpa'],
  ...['svc', 'cluster.local'],
];

/** The last part of an address such as 127.1 or 0x7f000001. No name ends like that. */
const ENDS_IN_NUMBER = /(?:^|\.)(?:\d+|0x[\da-f]*)$/;

/**
 * Refuses requests whose `Host` is a name that a stranger can own. With such a name, DNS rebinding lets a page on the internet
 * use a registry on the reader's machine as if the page came from there.
 *
 * Addresses, names without a dot and names of private domains are always allowed. So are requests without a `Host`, which
 * browsers never send, `/` and health checks.
 * @param names further names in lower case, `*.suffix` for all names below one, or `*` for all names
 */
export function refuseForeignHosts(names: readonly string[]): RequestCheck {
  if (names.includes('*')) return () => undefined;
  // Most requests have the same Host as the one before.
  let last: string | undefined;
  return (request) => {
    const { host } = request.headers;
    const reported = reportedHost(request);
    if (reported === undefined && host === last) return undefined;
    if (isForEverybody(request)) return undefined;
    // A page can send the header of a proxy, but not another Host.
    const foreign = [host, reported].find((one) => one !== undefined && !isAllowed(one, names));
    if (foreign !== undefined) return refused(foreign);
    last = host;
    return undefined;
  };
}

/** Whether the request is one of those that load balancers and supervisors send: they never name the registry. */
export function isForEverybody({ path }: Request): boolean {
  return path === '/' || path.startsWith('/health');
}

function isAllowed(host: string, names: readonly string[]): boolean {
  const name = nameOf(host);
  if (name.startsWith('[') || !name.includes('.') || ENDS_IN_NUMBER.test(name)) return true;
  if (PRIVATE_DOMAINS.some((domain) => name.endsWith(`.${domain}`))) return true;
  return names.some((one) => (one.startsWith('*.') ? name.endsWith(one.slice(1)) : name === one));
}

/** Returns the name in a `Host` header, in lower case, without the port and the last dot. */
function nameOf(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
}

function refused(full: string): RegistryError {
  const host = full.slice(0, MAX_SHOWN);
  return new RegistryError(
    'denied',
    `this registry does not serve the name ${nameOf(host)}: its operator can add it to REGISTRY_ALLOWED_HOSTS`,
    { host: nameOf(host), setting: 'REGISTRY_ALLOWED_HOSTS' },
  );
}
