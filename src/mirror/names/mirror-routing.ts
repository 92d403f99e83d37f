import { type Request, type RequestHandler, type Response } from 'express';

import { neverChallenge } from '../../access/guard/unchallenged.js';
import { RegistryError } from '../../domain/errors.js';
import { Query } from '../../http/oci/query.js';
import { setNameRule } from '../../http/oci/request-parameters.js';
import { isForEverybody } from '../../http/server/allowed-hosts.js';
import { keepPath } from '../../http/server/origin.js';
import { type CurrentMirrors } from '../plan/current-mirrors.js';
import { type MirrorNames } from '../plan/meant-repository.js';
import { rootOf } from './mirror-roots.js';

/** The paths of content at the root of a mirror. No repository begins with `_`, but the token endpoint does. */
const CONTENT = /^\/v2(?:$|\/(?!_))/;

/**
 * Decides which repository each request means, before anything reads its name: by the address where it came in, by `/MIRROR/v2/`, by
 * `ns`, or by the beginning of the name.
 *
 * @param prefix the path prefix of `/v2`, empty or such as `/registry`
 */
export function routeToMirrors(mirrors: CurrentMirrors, prefix: string): RequestHandler {
  return (request, response, next) => {
    try {
      route(request, response, mirrors.names, prefix);
      next();
    } catch (error) {
      next(error);
    }
  };
}

function route(request: Request, response: Response, names: MirrorNames, prefix: string): void {
  const root = rootOf(request) ?? takeRoot(request, names, prefix);
  if (root !== undefined) admitAtRoot(request, prefix);
  else if (!request.path.startsWith(`${prefix}/v2/`)) return;
  const ns = namespaceOf(request);
  if (ns !== undefined && names.uses(ns, root)) response.setHeader('OCI-Namespace', ns);
  setNameRule(request, (name) => nameIn(names, name, ns, root));
}

/** Makes `/MIRROR/v2/…` the path `/v2/…`. Returns the mirror, or `undefined` for any other path. */
function takeRoot(request: Request, names: MirrorNames, prefix: string): string | undefined {
  const { path } = request;
  if (!path.startsWith(`${prefix}/`)) return undefined;
  const [, name = '', rest] = /^\/([^/]+)(\/v2(?:\/.*)?)$/.exec(path.slice(prefix.length)) ?? [];
  if (rest === undefined || names.mirror(name) === undefined) return undefined;
  keepPath(request, path.slice(prefix.length));
  request.url = prefix + request.url.slice(prefix.length + 1 + name.length);
  return name;
}

/** Serves nothing but content at the root of a mirror. The client may have sent the password of another registry. */
function admitAtRoot(request: Request, prefix: string): void {
  neverChallenge(request);
  if (isForEverybody(request)) return;
  // Clients at the address of a mirror know nothing of the prefix.
  if (!request.path.startsWith(`${prefix}/`)) request.url = prefix + request.url;
  const within = request.path.slice(prefix.length);
  if (!CONTENT.test(within)) throw new RegistryError('path-unknown', 'no such path');
  keepPath(request, within);
}

/** @throws RegistryError `request-malformed` if there is more than one */
function namespaceOf(request: Request): string | undefined {
  return request.url.includes('?') ? Query.of(request.url).one('ns') : undefined;
}

/** @throws RegistryError `name-unknown` for a repository of a registry without a mirror, and for one that the file does not allow */
function nameIn(
  names: MirrorNames,
  name: string,
  ns: string | undefined,
  root: string | undefined,
): string {
  const asked = { name, ns, root };
  const found = names.servable(asked);
  if (found !== undefined) return found;
  const meant = names.meant(asked);
  const advice =
    meant.kind === 'mirrored'
      ? `the mirror ${meant.mirror.name} does not allow this repository`
      : 'the mirrors file must name the registry in ns, under mirrors or under local';
  throw new RegistryError('name-unknown', 'no such repository', { advice });
}
