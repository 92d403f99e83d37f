import { type IncomingMessage } from 'node:http';
import { type BlockList, type Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';

import { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { LRUCache } from 'lru-cache';

import { isIn, parseAddress } from './address.js';
import { hasXForwarded, parseForwarded, parseXForwarded, type Hop } from './forwarded.js';
import { RequestValue } from './request-value.js';

/** The proxies to trust, and the registry's public address. */
interface ProxySettings {
  readonly trusted: BlockList;
  readonly publicUrl: string;
  readonly path: string;
}

const proxySettings = new RequestValue<ProxySettings>('settings of proxies');

/**
 * Makes `clientAddress` and `publicOrigin` trust the proxies in `trusted`. A `publicUrl` that is not empty is the origin of
 * every request; `path` is the prefix of `/v2`, empty or such as `/registry`.
 */
export function trustProxies(trusted: BlockList, publicUrl: string, path = ''): RequestHandler {
  const settings = { trusted, publicUrl, path };
  return (request: Request, _response: Response, next: NextFunction): void => {
    proxySettings.set(request, settings);
    next();
  };
}

/**
 * Returns the client's IP address: that of the connection, or the one that the furthest trusted proxy reports. It is empty after
 * the connection has ended.
 */
export function clientAddress(request: IncomingMessage): string {
  return resolveClient(request).client;
}

/**
 * Returns `https://host[:port]` or `http://…`, as the client reaches the registry. The public URL from the settings wins, then
 * a trusted proxy's report, then the connection's scheme with the request's `Host`.
 */
export function publicOrigin(request: IncomingMessage): string {
  const publicUrl = proxySettings.get(request)?.publicUrl ?? '';
  if (publicUrl !== '') return publicUrl;
  const { hop } = resolveClient(request);
  const scheme = /^https?$/i.exec(hop.proto ?? '')?.[0] ?? schemeOf(request);
  return (
    originAt(scheme, hop.host) ||
    originAt(scheme, request.headers.host) ||
    originAt(scheme, localHost(request)) ||
    `${scheme}://localhost`
  );
}

/** How many characters of origins are remembered. Nearly all requests have the same one, and a URL takes long to parse. */
const MAX_CHARACTERS = 64 * 1024;

const origins = new LRUCache<string, string>({
  maxSize: MAX_CHARACTERS,
  sizeCalculation: (origin, url) => origin.length + url.length,
});

/** Returns the origin of a scheme and a host, which may be any text, or an empty text if the host is invalid. */
function originAt(scheme: string, host = ''): string {
  if (!isHost(host)) return '';
  const url = `${scheme}://${host}`;
  const known = origins.get(url);
  if (known !== undefined) return known;
  const origin = URL.parse(url)?.origin ?? '';
  origins.set(url, origin);
  return origin;
}

/** Whether the connection comes from a trusted proxy. */
export function isFromTrustedProxy(request: IncomingMessage): boolean {
  const trusted = proxySettings.get(request)?.trusted;
  const peer = parseAddress(request.socket.remoteAddress ?? '');
  return trusted !== undefined && peer !== undefined && isIn(trusted, peer);
}

/** Returns the host that a trusted proxy reports, as unverified text, or `undefined` without a report. */
export function reportedHost(request: IncomingMessage): string | undefined {
  const { forwarded, 'x-forwarded-host': reported } = request.headers;
  if (forwarded === undefined && reported === undefined) return undefined;
  return resolveClient(request).hop.host;
}

/** The paths of requests that were routed as if they had another one. */
const ownPaths = new RequestValue<string>('own path');

/** Makes `locationOf` and `urlOf` use this path, by which the client reaches what it reads. */
export function keepPath(request: IncomingMessage, path: string): void {
  if (!ownPaths.has(request)) ownPaths.set(request, path);
}

/**
 * Returns where the client finds `path`, which begins with `/v2/`: a URL if the settings name the public URL, else a path. Some
 * clients understand URLs only.
 */
export function locationOf(request: IncomingMessage, path: string): string {
  return (proxySettings.get(request)?.publicUrl ?? '') + publicPathOf(request, path);
}

/** Returns the URL under which the client finds `path`. */
export function urlOf(request: IncomingMessage, path: string): string {
  return publicOrigin(request) + publicPathOf(request, path);
}

function publicPathOf(request: IncomingMessage, path: string): string {
  return (proxySettings.get(request)?.path ?? '') + (ownPaths.get(request) ?? path);
}

interface ResolvedClient {
  readonly client: string;
  /** The report of the furthest trusted proxy. */
  readonly hop: Omit<Hop, 'for'>;
}

/** The peers of connections. Each request of a connection has the same one. */
const peers = new WeakMap<Socket, ResolvedClient>();

function peerOf({ socket }: IncomingMessage): ResolvedClient {
  const known = peers.get(socket);
  if (known !== undefined) return known;
  const { remoteAddress } = socket;
  // A connection that has ended may have no address any more.
  if (remoteAddress === undefined) return { client: '', hop: {} };
  const peer = { client: parseAddress(remoteAddress) ?? remoteAddress, hop: {} };
  peers.set(socket, peer);
  return peer;
}

/** Ignores both headers if they disagree: a client can send the one that its proxy does not write. */
function resolveClient(request: IncomingMessage): ResolvedClient {
  const peer = peerOf(request);
  const { forwarded } = request.headers;
  // Most requests have no report, and each may be resolved for the rate, the log and the audit log.
  if (forwarded === undefined && !hasXForwarded(request.headers)) return peer;
  const trusted = proxySettings.get(request)?.trusted;
  if (trusted === undefined || parseAddress(peer.client) === undefined) return peer;
  const others = parseXForwarded(request.headers);
  if (forwarded === undefined) return walk(trusted, peer, others);
  const standard = walk(trusted, peer, parseForwarded(forwarded) ?? []);
  if (others.length === 0) return standard;
  return isDeepStrictEqual(standard, walk(trusted, peer, others)) ? standard : peer;
}

/** Follows the proxies, the nearest first, as long as each is trusted. */
function walk(trusted: BlockList, peer: ResolvedClient, hops: readonly Hop[]): ResolvedClient {
  let found = peer;
  for (const { for: address = '', proto, host } of hops) {
    if (!isIn(trusted, found.client)) break;
    const client = parseAddress(address);
    // A proxy that reports no address, or an invalid one, is itself the client.
    found = { client: client ?? found.client, hop: { proto, host } };
    if (client === undefined) break;
  }
  return found;
}

/** Whether the text is a name, an IPv4 address or an IPv6 address in brackets, with an optional port and nothing else. */
function isHost(text: string): boolean {
  return /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(text);
}

function schemeOf({ socket }: IncomingMessage): 'http' | 'https' {
  return 'encrypted' in socket ? 'https' : 'http';
}

function localHost({ socket: { localAddress = '', localPort = 0 } }: IncomingMessage): string {
  const address = parseAddress(localAddress) ?? '';
  return `${address.includes(':') ? `[${address}]` : address}:${localPort}`;
}
