import { type IncomingMessage } from 'node:http';
import { type BlockList } from 'node:net';
import { isDeepStrictEqual } from 'node:util';

import { type NextFunction, type Request, type RequestHandler, type Response } from 'express';

import { isIn, parseAddress } from './address.js';
import { parseForwarded, parseXForwarded, type Hop } from './forwarded.js';

/** Whom to believe when they say for whom they ask, and what the registry calls itself. */
interface Beliefs {
  readonly trusted: BlockList;
  readonly publicUrl: string;
  readonly path: string;
}

const beliefs = new WeakMap<IncomingMessage, Beliefs>();

/**
 * Has `clientAddress` and `publicOrigin` believe the proxies in `trusted`; `publicUrl`, if not empty, is every request's origin,
 * and `path` is where `/v2` is found below it: empty, or such as `/registry`.
 */
export function trustProxies(trusted: BlockList, publicUrl: string, path = ''): RequestHandler {
  return (request: Request, _response: Response, next: NextFunction): void => {
    beliefs.set(request, { trusted, publicUrl, path });
    next();
  };
}

/**
 * The IP address of the client: that of the connection, or if that is a trusted proxy, the one that it names.
 *
 * Behind several trusted proxies it is the last one that a trusted one named. One that names nobody, hides the name, or
 * writes what is no address, is the client itself. Empty when the connection has ended.
 */
export function clientAddress(request: IncomingMessage): string {
  return seen(request).client;
}

/**
 * `https://host[:port]` or `http://…`, as the client reaches the registry: the public URL of the settings, else what a trusted
 * proxy says, else the connection's scheme and the request's `Host`.
 */
export function publicOrigin(request: IncomingMessage): string {
  const publicUrl = beliefs.get(request)?.publicUrl ?? '';
  if (publicUrl !== '') return publicUrl;
  const { hop } = seen(request);
  const scheme = /^https?$/i.exec(hop.proto ?? '')?.[0] ?? schemeOf(request);
  const hosts = [hop.host, request.headers.host, localHost(request)];
  for (const host of hosts) {
    const url = isHost(host) ? URL.parse(`${scheme}://${host}`) : null;
    if (url !== null) return url.origin;
  }
  return `${scheme}://localhost`;
}

/** Where the client finds `path`, which begins with `/v2/`: below another path if the registry is. */
export function locationOf(request: IncomingMessage, path: string): string {
  return (beliefs.get(request)?.path ?? '') + path;
}

interface Seen {
  readonly client: string;
  /** What the trusted proxy furthest from here said. */
  readonly hop: Omit<Hop, 'for'>;
}

/** A client can send the header that its proxy does not write, so where there are both they must say the same. */
function seen(request: IncomingMessage): Seen {
  const trusted = beliefs.get(request)?.trusted;
  const { remoteAddress = '' } = request.socket;
  const peer = { client: parseAddress(remoteAddress) ?? remoteAddress, hop: {} };
  if (trusted === undefined || parseAddress(peer.client) === undefined) return peer;
  const { forwarded } = request.headers;
  const others = parseXForwarded(request.headers);
  if (forwarded === undefined) return walk(trusted, peer, others);
  const standard = walk(trusted, peer, parseForwarded(forwarded) ?? []);
  if (others.length === 0) return standard;
  return isDeepStrictEqual(standard, walk(trusted, peer, others)) ? standard : peer;
}

/** Goes from proxy to proxy, the nearest first, for as long as each is trusted. */
function walk(trusted: BlockList, peer: Seen, hops: readonly Hop[]): Seen {
  let found = peer;
  for (const { for: address = '', proto, host } of hops) {
    if (!isIn(trusted, found.client)) break;
    const client = parseAddress(address);
    found = { client: client ?? found.client, hop: { proto, host } };
    if (client === undefined) break;
  }
  return found;
}

/** A name, an IPv4 address, or an IPv6 one in brackets, with a port or without, and nothing of a URL besides. */
function isHost(text: string | undefined): text is string {
  return /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(text ?? '');
}

function schemeOf({ socket }: IncomingMessage): 'http' | 'https' {
  return 'encrypted' in socket ? 'https' : 'http';
}

function localHost({ socket: { localAddress = '', localPort = 0 } }: IncomingMessage): string {
  const address = parseAddress(localAddress) ?? '';
  return `${address.includes(':') ? `[${address}]` : address}:${localPort}`;
}
