/**
 * Passes connections on to a server, and lets so many bytes a second come back, over all connections together.
 *
 *   node bench/slow-link.ts PORT TARGET_PORT BYTES_PER_SECOND
 */
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Timers are not more exact, so shorter waits are left out and made up for by the next one. */
const SHORTEST_WAIT_MS = 1;

const [port, targetPort, bytesPerSecond] = process.argv.slice(2).map(Number);
if (port === undefined || targetPort === undefined || !(Number(bytesPerSecond) > 0)) {
  throw new Error('usage: node bench/slow-link.ts PORT TARGET_PORT BYTES_PER_SECOND');
}
const bytesPerMs = Number(bytesPerSecond) / 1_000;
/** When the link has sent all that was given to it. */
let freeAt = 0;

createServer((client) => {
  const server = connect(targetPort, '127.0.0.1');
  client.setNoDelay(true);
  client.pipe(server);
  const end = (): void => [client, server].forEach((socket) => socket.destroy());
  client.once('error', end).once('close', end);
  server.once('error', end);
  void sendSlowly(server, client).then(() => client.end(), end);
}).listen(port, '127.0.0.1');

async function sendSlowly(from: Socket, to: Socket): Promise<void> {
  for await (const piece of from as AsyncIterable<Buffer>) {
    freeAt = Math.max(freeAt, performance.now()) + piece.byteLength / bytesPerMs;
    const waitMs = freeAt - performance.now();
    if (waitMs >= SHORTEST_WAIT_MS) await sleep(waitMs);
    if (!to.write(piece)) await drained(to);
  }
}

async function drained(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.once('drain', resolve).once('close', resolve);
  });
}
