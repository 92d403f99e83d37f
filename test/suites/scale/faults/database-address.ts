import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const HOST = '127.0.0.1';

/** The one address of a database or a store whose server changes, as a virtual address or a proxy gives it. */
export class DatabaseAddress {
  private readonly server: Server;
  private readonly open = new Set<Socket>();
  private target: number;
  /** The statement whose next answer is to be lost. */
  private losing: string | undefined;
  /** Whether nothing is passed on any more, as when a machine has lost its network. */
  isSilent = false;

  private constructor(target: number) {
    this.target = target;
    this.server = createServer((client) => this.forward(client));
  }

  static async start(target: number): Promise<DatabaseAddress> {
    const address = new DatabaseAddress(target);
    await once(address.server.listen(0, HOST), 'listening');
    return address;
  }

  /** Returns the URL of a database at this address. @param url its URL at the server itself */
  urlOf(url: string): string {
    const moved = new URL(url);
    moved.port = String((this.server.address() as AddressInfo).port);
    return moved.href;
  }

  /** The port of the server that it leads to. */
  get port(): number {
    return this.target;
  }

  /** Leads to another server from now on. Connections to the one before are cut. */
  moveTo(port: number): void {
    this.target = port;
    for (const socket of this.open) socket.destroy();
  }

  /** Cuts the connection instead of passing on the next answer to a statement. What it did stays done. */
  loseNextAnswer(statement: string): void {
    this.losing = statement;
  }

  /** Whether the answer that was to be lost was lost. */
  get hasLost(): boolean {
    return this.losing === undefined;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.open) socket.destroy();
    await closed;
  }

  private forward(client: Socket): void {
    const server = connect(this.target, HOST);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.open.add(from);
      from.setNoDelay(true);
      from.on('error', () => to.destroy());
      from.once('close', () => {
        this.open.delete(from);
        to.destroy();
      });
    }
    server.on('data', (bytes) => {
      if (!this.isSilent) client.write(bytes);
    });
    client.on('data', (bytes) => {
      if (this.isToBeLost(bytes)) {
        server.removeAllListeners('data').once('data', () => client.destroy());
      }
      server.write(bytes);
    });
  }

  /** The message that runs a prepared statement has its name. */
  private isToBeLost(message: Buffer): boolean {
    if (this.losing === undefined || !message.includes(`${this.losing}\0`)) return false;
    this.losing = undefined;
    return true;
  }
}
