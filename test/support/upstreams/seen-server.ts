import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, type Socket } from 'node:net';

/** A certificate with its key, as PEM. */
interface Pem {
  readonly certificate: string;
  readonly key: string;
}

/** One request that a server received. */
export interface SeenRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly headers: IncomingMessage['headers'];
  /** Of the response; 0 until it was sent, and for none. */
  readonly status: number;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** A server on loopback that keeps the requests that it received. */
export class SeenServer {
  readonly requests: SeenRequest[] = [];
  /** How many connections were made. */
  connections = 0;
  /** How many connections are open. */
  openConnections = 0;
  private port = 0;
  private readonly server: Server;

  private constructor(
    private readonly handler: Handler,
    private readonly certificate: Pem | undefined,
  ) {
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
      this.remember(request, response);
      void Promise.resolve(this.handler(request, response)).catch(() => response.destroy());
    };
    this.server =
      certificate === undefined
        ? createServer(listener)
        : createTlsServer({ cert: certificate.certificate, key: certificate.key }, listener);
    this.server.on('connection', (socket: Socket) => {
      this.connections += 1;
      this.openConnections += 1;
      socket.on('close', () => (this.openConnections -= 1));
    });
  }

  /** Starts a server, which speaks TLS if it has a certificate of `localhost`. */
  static async start(handler: Handler, certificate?: Pem): Promise<SeenServer> {
    const server = new SeenServer(handler, certificate);
    await server.listen();
    return server;
  }

  get url(): string {
    if (this.certificate !== undefined) return `https://localhost:${this.port}`;
    return `http://127.0.0.1:${this.port}`;
  }

  /** Listens, on the same port as before if it had one. */
  async listen(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    ({ port: this.port } = this.server.address() as AddressInfo);
  }

  /** Ends all connections and stops listening. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private remember(
    { method = '', url: path = '', headers }: IncomingMessage,
    response: ServerResponse,
  ) {
    const seen = { method, path, authorization: headers.authorization, headers, status: 0 };
    this.requests.push(seen);
    // The status is final once the headers are written, even if the connection then breaks.
    const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
    response.writeHead = (...args: unknown[]): ServerResponse => {
      seen.status = Number(args[0]);
      return writeHead(...args);
    };
  }
}
