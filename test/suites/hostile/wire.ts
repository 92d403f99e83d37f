import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Bytes to send (a string has one character for each byte), or a number of milliseconds to wait. */
export type Step = string | Buffer | number;

/** How the client goes on once all is sent: it waits for an answer, stops sending at once, or is gone at once. */
export type Ending = 'wait' | 'half-close' | 'reset';

/** What came back of a connection, until it closed or the client ran out of patience. */
export interface Exchange {
  readonly received: Buffer;
  readonly end: 'closed' | 'reset' | 'hung';
  readonly milliseconds: number;
}

export interface ExchangeOptions {
  readonly ending?: Ending;
  /** The server must have answered and closed within this time. */
  readonly withinMs?: number;
  /** Whether what came is all that the client waits for: it then stops sending, else after some silence of the server. */
  readonly isComplete?: (received: Buffer) => boolean;
}

const WITHIN_MS = 5_000;
/** Behind an answer: nothing more will come, or it would have begun to. */
const QUIET_MS = 400;

/** Sends bytes that no client library would, on a connection of their own, and answers what comes back. */
export async function exchange(
  port: number,
  steps: readonly Step[],
  { ending = 'wait', withinMs = WITHIN_MS, isComplete = () => true }: ExchangeOptions = {},
): Promise<Exchange> {
  const begin = performance.now();
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const chunks: Buffer[] = [];
  const ended = endOf(socket, withinMs);
  let quiet: NodeJS.Timeout | undefined;
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    clearTimeout(quiet);
    if (isComplete(Buffer.concat(chunks))) socket.end();
    else quiet = setTimeout(() => socket.end(), QUIET_MS);
  });
  await play(socket, steps);
  if (ending === 'half-close') socket.end();
  if (ending === 'reset') socket.resetAndDestroy();
  const end = await ended;
  clearTimeout(quiet);
  return { received: Buffer.concat(chunks), end, milliseconds: performance.now() - begin };
}

/** How the connection ends. The socket is gone afterwards in any case. */
function endOf(socket: Socket, withinMs: number): Promise<Exchange['end']> {
  return new Promise((resolve) => {
    let end: Exchange['end'] = 'closed';
    const timer = setTimeout(() => {
      end = 'hung';
      socket.destroy();
    }, withinMs);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') end = 'reset';
    });
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(end);
    });
  });
}

async function play(socket: Socket, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    if (socket.destroyed || socket.writableEnded) return;
    if (typeof step === 'number') await sleep(step);
    else await write(socket, typeof step === 'string' ? Buffer.from(step, 'latin1') : step);
  }
}

/** A server that has answered need not take the rest, so a write that fails is no matter. */
function write(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', resolve);
    socket.write(bytes, () => {
      socket.off('close', resolve);
      resolve();
    });
  });
}
