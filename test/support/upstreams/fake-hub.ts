import { createHmac, randomBytes } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';

import { HubContent } from './hub-content.js';
import { HubTokens, type HubTokenOptions } from './hub-tokens.js';
import { Mishaps, sendBody, spoil, type Mishap } from './mishaps.js';
import { SeenServer, type SeenRequest } from './seen-server.js';

export interface HubOptions extends HubTokenOptions {
  /** How many manifests may be pulled. */
  readonly pullsAllowed?: number;
  /** How long the URLs of blobs are valid, in milliseconds. */
  readonly signatureMs?: number;
  /** How fast the CDN sends. */
  readonly bytesPerSecond?: number;
  /** Whether it has the referrers API. */
  readonly referrers?: boolean;
}

/** The servers of which the stand-in consists. */
export type HubPart = 'registry' | 'tokens' | 'cdn';

type Serve = (
  request: IncomingMessage,
  response: ServerResponse,
  mishap: Mishap | undefined,
) => Promise<void> | void;

const SERVICE = 'registry.docker.io';

/**
 * A stand-in for Docker Hub on loopback: a registry with tokens and a limit of pulls, a token service, and a CDN with signed URLs.
 *
 * It speaks HTTP as Docker Hub does, with the failures that a test asks for.
 */
export class FakeHub {
  readonly content = new HubContent();
  /** How many manifests were pulled. HEAD is free. */
  pulls = 0;
  private readonly tokens: HubTokens;
  private readonly secret = randomBytes(16);
  private readonly mishaps = {
    registry: new Mishaps(),
    tokens: new Mishaps(),
    cdn: new Mishaps(),
  };
  private servers!: Readonly<Record<HubPart, SeenServer>>;

  private constructor(private readonly options: HubOptions) {
    this.tokens = new HubTokens(this.content, options);
  }

  static async start(options: HubOptions = {}): Promise<FakeHub> {
    const hub = new FakeHub(options);
    const server = (part: HubPart, serve: Serve): Promise<SeenServer> =>
      SeenServer.start((request, response) => {
        const mishap = hub.mishaps[part].take();
        if (!spoil(response, mishap)) return serve(request, response, mishap);
      });
    hub.servers = {
      registry: await server('registry', (...args) => hub.serveRegistry(...args)),
      tokens: await server('tokens', (request, response) => hub.tokens.serve(request, response)),
      cdn: await server('cdn', (...args) => hub.serveCdn(...args)),
    };
    return hub;
  }

  get url(): string {
    return this.servers.registry.url;
  }

  /** Returns the requests that a part received, in order. */
  requests(part: HubPart): readonly SeenRequest[] {
    return this.servers[part].requests;
  }

  /** Returns how many connections of a part are open. */
  openConnections(part: HubPart): number {
    return this.servers[part].openConnections;
  }

  /** Forgets the requests so far. */
  forgetRequests(): void {
    for (const { requests } of Object.values(this.servers)) requests.length = 0;
    this.pulls = 0;
  }

  /** Lets the next responses of a part go wrong, all until `recover` if `times` is not set. */
  fail(part: HubPart, mishap: Mishap, times = Infinity): void {
    this.mishaps[part].add(mishap, times);
  }

  recover(): void {
    for (const mishaps of Object.values(this.mishaps)) mishaps.clear();
  }

  /** Makes all tokens invalid. */
  revokeTokens(): void {
    this.tokens.revoke();
  }

  /** Refuses connections from now on, and ends the present ones. */
  async stop(): Promise<void> {
    await Promise.all(Object.values(this.servers).map((server) => server.stop()));
  }

  /** Accepts connections again, at the same addresses. */
  async restart(): Promise<void> {
    await Promise.all(Object.values(this.servers).map((server) => server.listen()));
  }

  private async serveRegistry(
    request: IncomingMessage,
    response: ServerResponse,
    mishap: Mishap | undefined,
  ): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://hub');
    const [, repository = '', kind = '', rest = ''] =
      /^\/v2\/(.+)\/(manifests|blobs|tags|referrers)\/([^/]+)$/.exec(pathname) ?? [];
    const allowed = this.tokens.allows(request.headers.authorization, repository);
    if (allowed !== 'yes') this.challenge(response, repository, allowed);
    else if (kind === 'blobs') this.redirectToCdn(response, rest);
    else if (kind === 'tags') this.serveTags(response, repository, searchParams);
    else if (kind === 'referrers') this.serveReferrers(response, repository, rest);
    else await this.serveManifest(request, response, repository, rest, mishap);
  }

  private challenge(response: ServerResponse, repository: string, allowed: 'no' | 'unknown') {
    const error = allowed === 'no' ? ',error="insufficient_scope"' : '';
    const challenge = `Bearer realm="${this.servers.tokens.url}/token",service="${SERVICE}",scope="repository:${repository}:pull"${error}`;
    sendError(response, 401, 'UNAUTHORIZED', { 'www-authenticate': challenge });
  }

  private async serveManifest(
    { method = '' }: IncomingMessage,
    response: ServerResponse,
    repository: string,
    reference: string,
    mishap: Mishap | undefined,
  ): Promise<void> {
    const { pullsAllowed } = this.options;
    const withBody = method === 'GET';
    if (withBody && pullsAllowed !== undefined && this.pulls >= pullsAllowed) {
      return sendError(response, 429, 'TOOMANYREQUESTS', { 'retry-after': '30', ...this.limits() });
    }
    const found = this.content.manifest(repository, reference);
    if (found === undefined) return sendError(response, 404, 'MANIFEST_UNKNOWN');
    if (withBody) this.pulls += 1;
    const { bytes, mediaType, digest } = found;
    const headers = {
      'content-type': mediaType,
      'docker-content-digest': digest,
      ...this.limits(),
    };
    await sendBody(response, { status: 200, headers, bytes, withBody }, mishap);
  }

  private limits(): Record<string, string> {
    const { pullsAllowed } = this.options;
    if (pullsAllowed === undefined) return {};
    return {
      'ratelimit-limit': `${pullsAllowed};w=21600`,
      'ratelimit-remaining': `${pullsAllowed - this.pulls};w=21600`,
      'docker-ratelimit-source': '127.0.0.1',
    };
  }

  private redirectToCdn(response: ServerResponse, digest: string): void {
    if (!this.content.blobs.has(digest)) return sendError(response, 404, 'BLOB_UNKNOWN');
    const expires = Date.now() + (this.options.signatureMs ?? 60_000);
    const query = new URLSearchParams({
      expires: `${expires}`,
      signature: this.sign(digest, expires),
    });
    const location = `${this.servers.cdn.url}/${digest}?${query.toString()}`;
    response.writeHead(307, { location }).end();
  }

  private sign(digest: string, expires: number): string {
    return createHmac('sha256', this.secret).update(`${digest} ${expires}`).digest('hex');
  }

  /** Serves a blob, as signed URLs of S3 do: never with an `Authorization`, and only until they expire. */
  private async serveCdn(
    { url = '', method = '', headers }: IncomingMessage,
    response: ServerResponse,
    mishap: Mishap | undefined,
  ): Promise<void> {
    const { pathname, searchParams } = new URL(url, 'http://cdn');
    const digest = pathname.slice(1);
    const expires = Number(searchParams.get('expires'));
    const isSigned = searchParams.get('signature') === this.sign(digest, expires);
    if (headers.authorization !== undefined) return void response.writeHead(400).end();
    if (!isSigned || expires < Date.now()) return void response.writeHead(403).end();
    const bytes = this.content.blobs.get(digest) ?? Buffer.alloc(0);
    const range = mishap === 'without-ranges' ? undefined : headers.range;
    const { bytesPerSecond } = this.options;
    const body = { ...partOf(bytes, range), withBody: method === 'GET', bytesPerSecond };
    await sendBody(response, body, mishap);
  }

  private serveTags(response: ServerResponse, repository: string, query: URLSearchParams): void {
    const after = query.get('last') ?? '';
    const size = Number(query.get('n') ?? 100);
    const all = this.content.tags(repository).filter((tag) => tag > after);
    const tags = all.slice(0, size);
    const next = `</v2/${repository}/tags/list?n=${size}&last=${tags.at(-1) ?? ''}>; rel="next"`;
    const link = all.length > size ? { link: next } : {};
    sendJson(response, 200, { name: repository, tags }, link);
  }

  private serveReferrers(response: ServerResponse, repository: string, subject: string): void {
    if (this.options.referrers === false) return sendError(response, 404, 'NOT_FOUND');
    const type = 'application/vnd.oci.image.index.v1+json';
    const manifests = this.content.referrers(repository, subject);
    const index = { schemaVersion: 2, mediaType: type, manifests };
    sendJson(response, 200, index, { 'content-type': type });
  }
}

function partOf(bytes: Buffer, range: string | undefined) {
  const type = { 'content-type': 'application/octet-stream' };
  const [, first] = /^bytes=(\d+)-$/.exec(range ?? '') ?? [];
  if (first === undefined) return { status: 200, headers: type, bytes };
  const from = Number(first);
  const part = `bytes ${from}-${bytes.byteLength - 1}/${bytes.byteLength}`;
  return { status: 206, headers: { ...type, 'content-range': part }, bytes: bytes.subarray(from) };
}

function sendJson(
  response: ServerResponse,
  status: number,
  json: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  const type = { 'content-type': 'application/json' };
  response.writeHead(status, { ...type, ...headers }).end(JSON.stringify(json));
}

function sendError(
  response: ServerResponse,
  status: number,
  code: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  sendJson(response, status, { errors: [{ code, message: code }] }, headers);
}
