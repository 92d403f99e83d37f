import { type INestApplication } from '@nestjs/common';
import { type Server } from 'node:http';

/** Takes no new connection, lets what is under way finish for `timeoutMs` at most, and closes. */
export async function closeGracefully(app: INestApplication, timeoutMs: number): Promise<void> {
  const server = app.getHttpServer() as Server;
  const timer = setTimeout(() => server.closeAllConnections(), timeoutMs);
  // Node closes idle connections at this call; those that become idle later would wait for their keep-alive to end.
  const idle = setInterval(() => server.closeIdleConnections(), 100);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
    clearInterval(idle);
  }
}
