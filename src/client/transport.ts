import { type Readable } from 'node:stream';

import { Agent, EnvHttpProxyAgent, ProxyAgent, request, type Dispatcher } from 'undici';

import { checkedLookup, checkLiteral } from './addresses.js';
import { isCertificateError, isStaleConnection } from './failures.js';
import { trustOf, type Trust } from './trust.js';
import {
  type ClientOptions,
  type Patience,
  type Upstream,
  type UpstreamResponse,
} from './upstream.js';

export interface TransportRequest {
  readonly method: 'GET' | 'HEAD';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface TransportResponse {
  readonly status: number;
  /** A header that came more than once is a list. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: ResponseBody;
}

/** The body of a response. Users of the package do not have undici, so no declaration names its types. */
export interface ResponseBody extends Readable {
  /** Reads the rest, or ends the connection if it is longer than `limit` bytes. */
  dump(options: { readonly limit: number }): Promise<void>;
}

/**
 * Sends single requests to allowed addresses, with the trust and the proxy of an upstream.
 *
 * It follows no redirects, decompresses nothing, and keeps connections open for the next request.
 */
export class Transport {
  private dispatcher: Promise<Dispatcher> | undefined;

  constructor(
    private readonly upstream: Upstream,
    private readonly options: ClientOptions,
    private readonly patience: Patience,
  ) {}

  /** Resolves when the response begins. The caller reads or destroys its body. @throws Error of Node or undici */
  async send(question: TransportRequest): Promise<TransportResponse> {
    checkLiteral(question.url, this.upstream.addresses);
    try {
      return await this.sendOnce(question);
    } catch (error) {
      // The CA may have been replaced since it was read.
      if (isCertificateError(error)) this.forgetTrust();
      if (!isStaleConnection(error) || question.signal.aborted) throw error;
      return this.sendOnce(question);
    }
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    const dispatcher = this.dispatcher;
    this.dispatcher = Promise.reject(new Error('the client is closed'));
    this.dispatcher.catch(() => undefined);
    await dispatcher?.then(
      (open) => open.destroy(),
      () => undefined,
    );
  }

  private async sendOnce({
    method,
    url,
    headers,
    signal,
  }: TransportRequest): Promise<TransportResponse> {
    const response = await request(url, {
      dispatcher: await this.opened(),
      method,
      headers: {
        'user-agent': this.options.userAgent,
        // Bytes that were compressed on the way would not match the digest.
        'accept-encoding': 'identity',
        ...headers,
      },
      signal,
      // undici would end each connection after a HEAD.
      reset: false,
      // The caller's signal ends a request that takes too long to begin.
      headersTimeout: 0,
      bodyTimeout: this.patience.idleMs,
    });
    // A body that is left unread fails without a listener, and the process would end.
    response.body.on('error', () => undefined);
    const { statusCode: status } = response;
    this.options.observe?.({ method, status, ...pullsOf(response.headers) });
    return { status, headers: response.headers, body: response.body };
  }

  private opened(): Promise<Dispatcher> {
    if (this.dispatcher === undefined) {
      const opening = trustOf(this.upstream.caFile).then((trust) => this.open(trust));
      this.dispatcher = opening;
      // The file may be there at the next request.
      opening.catch(() => {
        if (this.dispatcher === opening) this.dispatcher = undefined;
      });
    }
    return this.dispatcher;
  }

  private open(trust: Trust): Dispatcher {
    const { upstream, options } = this;
    const timeout = this.patience.connectMs;
    const direct = {
      connect: { ...trust, timeout, lookup: checkedLookup(upstream.addresses, options.lookup) },
    };
    const proxied = { requestTls: { ...trust, timeout }, proxyTls: { timeout } };
    if (upstream.proxy !== undefined)
      return new ProxyAgent({ uri: upstream.proxy.href, ...proxied });
    const { https, none = '' } = options.proxies ?? {};
    if (https === undefined) return new Agent(direct);
    if (!/^https?:$/.test(URL.parse(https)?.protocol ?? '')) {
      throw new Error('HTTPS_PROXY is not the URL of a proxy; write http://HOST:PORT');
    }
    return new EnvHttpProxyAgent({
      // Without the empty text it would read the environment.
      httpProxy: '',
      httpsProxy: https,
      noProxy: none,
      ...direct,
      ...proxied,
    });
  }

  private forgetTrust(): void {
    const dispatcher = this.dispatcher;
    this.dispatcher = undefined;
    // It may be one that cannot be opened.
    dispatcher?.then((open) => open.close()).catch(() => undefined);
  }
}

/** Reads the headers by which Docker Hub announces its limit. */
function pullsOf(
  headers: TransportResponse['headers'],
): Pick<UpstreamResponse, 'pullsLeft' | 'pullsAllowed'> {
  const pullsLeft = countIn(headers['ratelimit-remaining']);
  const pullsAllowed = countIn(headers['ratelimit-limit']);
  return {
    ...(pullsLeft !== undefined && { pullsLeft }),
    ...(pullsAllowed !== undefined && { pullsAllowed }),
  };
}

/** Reads a header such as `76;w=21600`. */
function countIn(header: string | string[] | undefined): number | undefined {
  const [, count] = /^(\d{1,15})/.exec(String(header ?? '')) ?? [];
  return count === undefined ? undefined : Number(count);
}
