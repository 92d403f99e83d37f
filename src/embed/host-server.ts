import { type IncomingMessage, Server, type ServerResponse } from 'node:http';
import { Server as TlsServer } from 'node:https';
import { type Socket } from 'node:net';

import { InvalidOptions } from './options.js';
import { type Registry, type RequestEvent } from './registry.js';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** Node's default behaviour for an event without listeners. */
const DEFAULT_LISTENERS: Readonly<Record<RequestEvent, (server: Server) => Listener>> = {
  request: () => () => undefined,
  checkContinue: (server) => (request, response) => {
    response.writeContinue();
    server.emit('request', request, response);
  },
  checkExpectation: () => (_request, response) => {
    response.writeHead(417).end();
  },
};

const EVENTS = Object.keys(DEFAULT_LISTENERS) as RequestEvent[];

const known = new WeakMap<Server, HostServer>();

/**
 * The HTTP server of a host, some of whose paths belong to registries.
 *
 * Its listeners run first: the host never sees requests to a registry, nor a registry those to the
 * host.
 */
export class HostServer {
  private readonly registries = new Map<string, Registry>();
  /** The response to the last registry request of each connection. */
  private readonly latest = new WeakMap<Socket, ServerResponse>();
  private takeOut: (() => void)[] = [];

  private constructor(private readonly server: Server) {}

  /** Returns the wrapper of a host's server. @throws InvalidOptions unless it is an HTTP/1.1 server of Node */
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

  /** Routes the paths of `registry` and everything below to it. Returns a function that undoes this. */
  add(registry: Registry): () => void {
    const { paths } = registry;
    const taken = paths.find((path) => this.registries.has(path));
    if (taken !== undefined) throw new InvalidOptions(`there are two registries at ${taken}`);
    if (this.registries.size === 0) this.putFirst();
    for (const path of paths) this.registries.set(path, registry);
    return () => {
      for (const path of paths) this.registries.delete(path);
      if (this.registries.size > 0) return;
      for (const takeOut of this.takeOut) takeOut();
    };
  }

  private putFirst(): void {
    this.takeOut = [
      ...EVENTS.map((event) => this.listenFirst(event)),
      this.exemptFromRequestTimeout(),
    ];
  }

  private listenFirst(event: RequestEvent): () => void {
    const { server } = this;
    const others = server.rawListeners(event) as Listener[];
    const fallback = others.length > 0 ? others : [DEFAULT_LISTENERS[event](server)];
    const first: Listener = (request, response) => {
      const registry = this.registryOf(request);
      if (registry !== undefined) this.pass(event, registry, request, response);
      else for (const other of fallback) other.call(server, request, response);
    };
    server.removeAllListeners(event).on(event, first);
    return () => {
      const now = server.rawListeners(event) as Listener[];
      server.removeAllListeners(event);
      // A host that wrapped our listener keeps calling it; without a registry, it passes
      // everything on.
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
   * Exempts requests to a registry from the server's `requestTimeout` (5 minutes by default),
   * because a push may take hours.
   *
   * Node closes the connection itself unless `clientError` has a listener, so the event is hidden
   * in `emit`.
   */
  private exemptFromRequestTimeout(): () => void {
    const { server, latest } = this;
    // eslint-disable-next-line @typescript-eslint/unbound-method -- Reflect.apply sets its server.
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

/** Returns the path of a request, whose target may be an absolute URL. RFC 9112, section 3.2.2. */
function pathOf({ url = '' }: IncomingMessage): string {
  return url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
}
