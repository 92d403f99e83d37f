import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Many simultaneous connections of this process. */
export class Crowd {
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly sockets: Socket[] = [];

  constructor(private readonly port: number) {}

  /** Returns how many connections the server has not closed. */
  get open(): number {
    return this.sockets.filter((socket) => !socket.closed).length;
  }

  /** Opens `count` connections, each of which sends its `begin`, if any. */
  async join(count: number, begin: (index: number) => string | Buffer = () => ''): Promise<void> {
    for (let opened = 0; opened < count; opened += BATCH) {
      const batch = Array.from({ length: Math.min(BATCH, count - opened) }, (_, index) =>
        this.enter(begin(opened + index)),
      );
      await Promise.all(batch);
    }
  }

  /** Sends `bytes` on each open connection every `everyMs`. */
  dribble(bytes: string, everyMs: number): void {
    const send = (): void => {
      for (const socket of this.sockets) if (socket.writable) socket.write(bytes);
    };
    this.timers.push(setInterval(send, everyMs));
  }

  /** Stops reading from the server. */
  stopReading(): void {
    for (const socket of this.sockets) socket.pause();
  }

  /** Closes all connections at once. */
  async leave(): Promise<void> {
    for (const timer of this.timers.splice(0)) clearInterval(timer);
    const open = this.sockets.splice(0).filter((socket) => !socket.closed);
    const closed = open.map((socket) => once(socket, 'close'));
    for (const socket of open) socket.destroy();
    await Promise.all(closed);
  }

  private async enter(begin: string | Buffer): Promise<void> {
    const socket = connect(this.port, '127.0.0.1');
    this.sockets.push(socket);
    await once(socket, 'connect');
    // The server may end any connection at any time, which is what the test observes.
    socket.on('error', () => undefined);
    socket.resume();
    if (begin.length > 0) socket.write(begin);
  }
}

/** A server's backlog is shorter than the crowd. */
const BATCH = 100;
