import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A proxy in front of a database. It can withhold the answer to a COMMIT, and end the connection. */
export class LostCommits {
  /** How many of the next answers are withheld. */
  toLose = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {}

  static async start(url: string): Promise<LostCommits> {
    const server = createServer();
    const proxy = new LostCommits(server, new URL(url));
    server.on('connection', (client) => proxy.pass(client));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The URL of the database through the proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  async dispose(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(client: Socket): void {
    const server = connect(Number(this.target.port), this.target.hostname);
    let isLosing = false;
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => other.destroy());
    }
    client.on('data', (sent) => {
      if (this.toLose > 0 && sent.includes('COMMIT')) {
        this.toLose--;
        isLosing = true;
      }
      server.write(sent);
    });
    server.on('data', (answer) => {
      if (isLosing) client.destroy();
      else client.write(answer);
    });
  }
}
