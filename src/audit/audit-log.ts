import { appendFile } from 'node:fs/promises';

import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type Request, type RequestHandler, type Response } from 'express';

import { parseAuthorization } from '../auth/credentials.js';
import { rightsOf } from '../auth/rights-of.js';
import { Settings } from '../config/settings.js';
import { clientAddress } from '../http/origin.js';
import { LineWriter } from './line-writer.js';

type AuditEvent = 'push' | 'delete' | 'login-failed' | 'refused';

/** A name that nobody has verified may be of any length. */
const MAX_NAME_LENGTH = 128;

/** Writes a line of JSON for each push, each delete, each failed login and each request that was refused. */
@Injectable()
export class AuditLog implements OnApplicationShutdown {
  private readonly logger = new Logger('Audit');
  private readonly lines: LineWriter | undefined;

  constructor({ values }: Settings) {
    const { auditLog } = values;
    if (auditLog === '') return;
    const append = auditLog === 'stdout' ? toStdout : toFile(auditLog);
    const complain = (error: unknown) => this.logger.error(`lines are lost: ${String(error)}`);
    this.lines = new LineWriter(append, complain);
  }

  /** Looks on while requests are answered. */
  readonly middleware: RequestHandler = (request, response, next) => {
    const { lines } = this;
    if (lines === undefined) return next();
    response.once('close', () => {
      const event = eventOf(request, response);
      if (event !== undefined) lines.write(`${JSON.stringify(record(event, request, response))}\n`);
    });
    next();
  };

  /** Waits for what is being written. */
  async onApplicationShutdown(): Promise<void> {
    await this.lines?.flush();
  }
}

function toStdout(lines: string): Promise<void> {
  process.stdout.write(lines);
  return Promise.resolve();
}

/** Opens the file for each batch, so it may be moved away at any time. */
function toFile(path: string): (lines: string) => Promise<void> {
  return (lines) => appendFile(path, lines, { mode: 0o600 });
}

/** What happened, for those who want to know; `undefined` for what changed nothing and was not refused. */
function eventOf({ method, path, headers }: Request, response: Response): AuditEvent | undefined {
  const { statusCode } = response;
  // Without a login it is no failure: that is how clients ask how to log in.
  if (statusCode === 401)
    return headers.authorization === undefined && method !== 'POST' ? undefined : 'login-failed';
  if (statusCode === 403 || statusCode === 429) return 'refused';
  if (method === 'DELETE') return path.includes('/blobs/uploads/') ? undefined : 'delete';
  const publishes = method === 'PUT' || (method === 'POST' && statusCode === 201);
  return publishes ? 'push' : undefined;
}

function record(event: AuditEvent, request: Request, response: Response): object {
  return {
    time: new Date().toISOString(),
    event,
    who: nameOf(request),
    from: clientAddress(request),
    method: request.method,
    target: request.originalUrl,
    status: response.writableFinished ? response.statusCode : 'cut',
    digest: response.getHeader('Docker-Content-Digest'),
  };
}

/** Who it was, or says to be: `null` for whoever says nothing. */
function nameOf(request: Request): string | null {
  const known = rightsOf(request)?.caller.name;
  if (known !== undefined) return known;
  const credentials = parseAuthorization(request.headers.authorization);
  return credentials.scheme === 'basic' ? credentials.name.slice(0, MAX_NAME_LENGTH) : null;
}
