import { type IncomingMessage } from 'node:http';
import { type Server } from 'node:https';
import { type Socket } from 'node:net';

/** The connections whose client certificates were verified by the current CA. */
export class VerifiedConnections {
  private open = new Set<Socket>();
  private readonly outdated = new WeakSet<Socket>();

  /** Remembers the connections of `server`, and cuts an outdated one at its next request. */
  watch(server: Server): void {
    server.on('secureConnection', (socket: Socket) => {
      this.open.add(socket);
      socket.once('close', () => this.open.delete(socket));
    });
    for (const event of ['request', 'checkContinue', 'checkExpectation']) {
      server.prependListener(event, ({ socket }: IncomingMessage) => {
        if (this.outdated.has(socket)) socket.destroy();
      });
    }
  }

  /** Closes idle connections now, and all others after the request in progress. */
  endAll(server: Server): void {
    for (const socket of this.open) this.outdated.add(socket);
    server.closeIdleConnections();
  }
}
