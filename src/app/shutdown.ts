import { type INestApplication } from '@nestjs/common';
import { type Server } from 'node:http';

/** Stops accepting connections, waits at most `timeoutMs` for running requests, then closes the application. */
export async function closeGracefully(app: INestApplication, timeoutMs: number): Promise<void> {
  const server = app.getHttpServer() as Server;
  const timer = setTimeout(() => server.closeAllConnections(), timeoutMs);
  // `app.close` closes the connections that are idle now. Later ones would stay open until their keep-alive ends.
  const idle = setInterval(() => server.closeIdleConnections(), 100);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
    clearInterval(idle);
  }
}
