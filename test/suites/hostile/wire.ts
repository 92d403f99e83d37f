import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Bytes to send (a string has one character for each byte), or milliseconds to wait. */
export type Step = string | Buffer | number;

/** How the client continues after the last byte: it waits for a response, stops sending, or resets the connection. */
export type Ending = 'wait' | 'half-close' | 'reset';

/** What a connection received until it closed or the client stopped waiting. */
export interface Exchange {
  readonly received: Buffer;
  readonly end: 'closed' | 'reset' | 'hung';
  readonly milliseconds: number;
}

export interface ExchangeOptions {
  readonly ending?: Ending;
  /** The time within which the server must respond and close. */
  readonly withinMs?: number;
  /**
   * Returns whether the client has all that it waits for and stops sending. By default after a
   * silence of the server.
   */
  readonly isComplete?: (received: Buffer) => boolean;
}

const WITHIN_MS = 5_000;
/** After a response: another one would have begun within this time. */
const QUIET_MS = 400;

/** Sends raw bytes on a new connection, and returns what it received. */
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

/** Resolves to how the connection ends. The socket is destroyed in any case. */
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

/** A server that has responded need not read the rest, so a failed write is ignored. */
function write(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', resolve);
    socket.write(bytes, () => {
      socket.off('close', resolve);
      resolve();
    });
  });
}
