import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** One tunnel that a client asked for. */
export interface SeenTunnel {
  /** Host and port. */
  readonly target: string;
  readonly authorization: string | undefined;
}

/** An egress proxy on loopback, which leads all tunnels to one port of this machine. */
export class ConnectProxy {
  readonly tunnels: SeenTunnel[] = [];
  /** The status of all tunnels, 200 to open them. */
  status = 200;
  private readonly sockets = new Set<Socket>();

  private readonly server = createServer((_, response) => {
    response.writeHead(405).end();
  });

  private constructor(private readonly target: number) {
    this.server.on('connect', (request, socket: Socket) => this.open(request, socket));
    this.server.on('connection', (socket) => this.keep(socket));
  }

  static async start(target: string): Promise<ConnectProxy> {
    const proxy = new ConnectProxy(Number(new URL(target).port));
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.sockets.forEach((socket) => socket.destroy());
    await closed;
  }

  private open({ url: target = '', headers }: IncomingMessage, client: Socket): void {
    this.tunnels.push({ target, authorization: headers['proxy-authorization'] });
    if (this.status !== 200) {
      client.end(`HTTP/1.1 ${this.status} Refused\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const server = connect(this.target, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connected\r\n\r\n');
      server.pipe(client).pipe(server);
    });
    this.keep(server);
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.sockets.delete(socket));
  }
}
