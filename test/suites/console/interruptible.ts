import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a registry that a test can interrupt. */
export interface InterruptibleWay extends AsyncDisposable {
  readonly url: string;
  /** The request lines that went this way, such as `GET /api/v1/events/stream`, each for one connection. */
  readonly requests: readonly string[];
  /** Cuts all connections, and refuses further ones until `restore`. */
  interrupt(): void;
  restore(): void;
}

/** Opens a way to the registry at `url`. */
export async function openWay(url: string): Promise<InterruptibleWay> {
  const { hostname, port, pathname } = new URL(url);
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  let isOpen = true;
  const server = createServer((client) => {
    if (!isOpen) return void client.destroy();
    const registry = connect(Number(port), hostname);
    for (const [one, other] of [
      [client, registry],
      [registry, client],
    ] as const) {
      sockets.add(one);
      one.once('close', () => other.destroy()).once('error', () => other.destroy());
      one.once('close', () => sockets.delete(one));
      one.pipe(other);
    }
    client.on('data', (bytes) => requests.push(...requestLines(bytes.toString('latin1'))));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname.replace(/\/$/, '')}`,
    requests,
    interrupt: () => {
      isOpen = false;
      cut();
    },
    restore: () => (isOpen = true),
    [Symbol.asyncDispose]: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

function requestLines(text: string): string[] {
  return [...text.matchAll(/^([A-Z]+ \/\S*) HTTP\/1\.1\r$/gm)].map(([, line = '']) => line);
}
