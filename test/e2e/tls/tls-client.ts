import { once } from 'node:events';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';

/** A client's end of a TLS connection, as raw bytes. */
export class TlsClient {
  private received = '';
  private closed = false;
  private readonly waiting = new Set<() => void>();

  private constructor(readonly socket: TLSSocket) {
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.received += text;
      this.wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.closed = true;
      this.wake();
    });
  }

  /** Connects and shakes hands. Rejects with the failure of the handshake. */
  static async connect(port: number, options: ConnectionOptions): Promise<TlsClient> {
    const socket = connect({ host: '127.0.0.1', servername: 'localhost', port, ...options });
    await once(socket, 'secureConnect');
    return new TlsClient(socket);
  }

  send(text: string | Uint8Array): void {
    this.socket.write(text);
  }

  /** Resolves to everything received, as soon as it matches. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.received)) {
      if (this.closed) throw new Error(`the connection ended after: ${this.received}`);
      await this.change();
    }
    return this.received;
  }

  /** Resolves to the `length` bytes after the headers, as soon as they have arrived. */
  async untilBody(length: number): Promise<Buffer> {
    const head = (await this.until(/\r\n\r\n/)).indexOf('\r\n\r\n') + 4;
    while (this.received.length < head + length && !this.closed) await this.change();
    return Buffer.from(this.received.slice(head), 'latin1');
  }

  /** Resolves to everything received before the server closed the connection. */
  async end(): Promise<string> {
    while (!this.closed) await this.change();
    return this.received;
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.waiting.add(resolve));
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}
