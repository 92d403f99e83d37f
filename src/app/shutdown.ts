import { type INestApplication } from '@nestjs/common';
import { type Server } from 'node:http';

import { closeWithin } from '../http/server/close-within.js';

/** Stops accepting connections, waits at most `timeoutMs` for running requests, then closes the application. */
export async function closeGracefully(app: INestApplication, timeoutMs: number): Promise<void> {
  await closeWithin(app.getHttpServer() as Server, timeoutMs, () => app.close());
}
