import { type Upstream } from './upstream.js';

/** Hosts of token services of well-known registries. Those that serve tokens themselves are missing, because their host is the same. */
const KNOWN: ReadonlyMap<string, string> = new Map([
  ['registry-1.docker.io', 'auth.docker.io'],
  ['index.docker.io', 'auth.docker.io'],
  ['registry.gitlab.com', 'gitlab.com'],
  ['docker.elastic.co', 'docker-auth.elastic.co'],
]);

/** Returns whether the login of `upstream` may be sent to `realm`. */
export function maySendLogin(realm: URL, upstream: Upstream): boolean {
  const { url } = upstream;
  if (url.protocol === 'https:' && realm.protocol !== 'https:') return false;
  return (
    realm.hostname === url.hostname ||
    (realm.host === KNOWN.get(url.hostname) && realm.protocol === 'https:') ||
    (upstream.realm !== undefined && isWithin(realm, upstream.realm))
  );
}

/** Returns a realm as people write it in the mirrors file, without its query. */
export function realmText({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

/** A configured realm without a path allows all paths of its origin. */
function isWithin(realm: URL, configured: URL): boolean {
  return (
    realm.origin === configured.origin &&
    (configured.pathname === '/' || configured.pathname === realm.pathname)
  );
}
