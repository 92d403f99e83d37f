import { type IncomingMessage, Server, type ServerResponse } from 'node:http';
import { Server as TlsServer } from 'node:https';
import { type Socket } from 'node:net';

import { InvalidOptions } from './options.js';
import { type Registry, type RequestEvent } from './registry.js';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** What Node does with a request for whose event nobody listens. */
const BY_NODE: Readonly<Record<RequestEvent, (server: Server) => Listener>> = {
  request: () => () => undefined,
  checkContinue: (server) => (request, response) => {
    response.writeContinue();
    server.emit('request', request, response);
  },
  checkExpectation: () => (_request, response) => {
    response.writeHead(417).end();
  },
};

const EVENTS = Object.keys(BY_NODE) as RequestEvent[];

const known = new WeakMap<Server, HostServer>();

/**
 * The HTTP server of a host, on which registries have some paths for themselves.
 *
 * They stand before whatever else listens, so nothing of the host's framework sees a request of theirs, and nothing of theirs one
 * of the host's.
 */
export class HostServer {
  private readonly registries = new Map<string, Registry>();
  /** What was asked of a registry last on each connection. */
  private readonly latest = new WeakMap<Socket, ServerResponse>();
  private takeOut: (() => void)[] = [];

  private constructor(private readonly server: Server) {}

  /** @param server of a host @throws InvalidOptions when it speaks not HTTP/1.1 by Node's own server */
  static of(server: unknown): HostServer {
    if (!(server instanceof Server || server instanceof TlsServer)) {
      throw new InvalidOptions(
        'the registry needs a host with a server of node:http or node:https',
      );
    }
    const found = known.get(server) ?? new HostServer(server);
    known.set(server, found);
    return found;
  }

  /** Has `registry` answer what is at its path and below. Answers how to take it out again. */
  add(registry: Registry): () => void {
    const { path } = registry;
    if (this.registries.has(path)) throw new InvalidOptions(`there are two registries at ${path}`);
    if (this.registries.size === 0) this.putFirst();
    this.registries.set(path, registry);
    return () => {
      this.registries.delete(path);
      if (this.registries.size > 0) return;
      for (const takeOut of this.takeOut) takeOut();
    };
  }

  private putFirst(): void {
    this.takeOut = [...EVENTS.map((event) => this.listenFirst(event)), this.sparePushes()];
  }

  private listenFirst(event: RequestEvent): () => void {
    const { server } = this;
    const others = server.rawListeners(event) as Listener[];
    const fallback = others.length > 0 ? others : [BY_NODE[event](server)];
    const first: Listener = (request, response) => {
      const registry = this.registryOf(request);
      if (registry !== undefined) this.pass(event, registry, request, response);
      else for (const other of fallback) other.call(server, request, response);
    };
    server.removeAllListeners(event).on(event, first);
    return () => {
      const now = server.rawListeners(event) as Listener[];
      server.removeAllListeners(event);
      // One who has put it behind a listener of their own calls it still: without a registry it passes everything on.
      for (const listener of now.flatMap((one) => (one === first ? others : [one]))) {
        server.on(event, listener);
      }
    };
  }

  private pass(
    event: RequestEvent,
    registry: Registry,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    this.latest.set(request.socket, response);
    registry.handle(event, request, response);
  }

  /**
   * Leaves requests alone that take longer than the server's `requestTimeout`, 5 minutes by default: a push may take hours, as
   * long as bytes come. Node acts on it itself unless `clientError` has a listener, so there is no event for the others to miss.
   */
  private sparePushes(): () => void {
    const { server, latest } = this;
    // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with the server it belongs to.
    const { emit } = server;
    const sparing = (event: string, ...rest: unknown[]): boolean => {
      const [error, socket] = rest as [NodeJS.ErrnoException, Socket];
      const isLate = event === 'clientError' && error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
      const spared = isLate && latest.get(socket)?.writableFinished === false;
      return spared || (Reflect.apply(emit, server, [event, ...rest]) as boolean);
    };
    server.emit = sparing;
    return () => {
      if (server.emit === sparing) server.emit = emit;
    };
  }

  private registryOf(request: IncomingMessage): Registry | undefined {
    const path = pathOf(request);
    for (const [own, registry] of this.registries) {
      if (path === own || path.startsWith(`${own}/`)) return registry;
    }
    return undefined;
  }
}

/** The path that a request names, which may stand behind a scheme and a host. RFC 9112, section 3.2.2. */
function pathOf({ url = '' }: IncomingMessage): string {
  return url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
}
