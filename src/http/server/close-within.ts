import { type Server } from 'node:http';

/** How often connections that became idle are closed. */
const CLOSE_IDLE_EVERY_MS = 100;

/** Runs `close`, which stops a server and waits for its connections. Those that are still open after `timeoutMs` are cut. */
export async function closeWithin(
  server: Server,
  timeoutMs: number,
  close: () => Promise<unknown>,
): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), timeoutMs);
  // A server that stops closes the connections that are idle then. Later ones would stay open until their keep-alive ends.
  const idle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
  try {
    await close();
  } finally {
    clearTimeout(timer);
    clearInterval(idle);
  }
}
