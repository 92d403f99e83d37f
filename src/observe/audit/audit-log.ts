import { appendFile } from 'node:fs/promises';

import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Request, type RequestHandler, type Response } from 'express';

import { claimedName } from '../../access/guard/claimed-name.js';
import { parseAuthorization, type Credentials } from '../../access/guard/credentials.js';
import { rightsOf } from '../../access/guard/rights-of.js';
import { type LogSettings } from '../../config/sections/log.settings.js';
import { section } from '../../config/config.module.js';
import { clientAddress } from '../../http/server/origin.js';
import { Log } from '../../log/log.js';
import { LineWriter } from './line-writer.js';

type AuditEvent = 'push' | 'delete' | 'login-failed' | 'refused';

/** A name that nobody has verified may be of any length. */
const MAX_NAME_LENGTH = 128;

/** Writes a line of JSON for each push, each delete, each failed login and each request that was refused. */
@Injectable()
export class AuditLog implements OnApplicationShutdown {
  private readonly lines: LineWriter | undefined;

  constructor(@Inject(section('log')) { auditLog }: LogSettings, log: Log) {
    if (auditLog === '') return;
    const append = auditLog === 'stdout' ? toStdout : toFile(auditLog);
    const own = log.of('Audit');
    const complain = (error: unknown) => own.error(`lines are lost: ${String(error)}`);
    this.lines = new LineWriter(append, complain);
  }

  /** Looks on while requests are answered. */
  readonly middleware: RequestHandler = (request, response, next) => {
    const { lines } = this;
    if (lines === undefined) return next();
    whenOver(response, () => {
      const event = eventOf(request, response);
      if (event !== undefined) lines.write(lineOf(event, request, response));
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

/**
 * Calls back when the connection is done with an answer, and the registry is, too: what a client asks for that does not wait
 * for the answer is done all the same.
 */
function whenOver(response: Response, tell: () => void): void {
  let left = 2;
  const done = (): void => {
    if (--left === 0) tell();
  };
  response.once('prefinish', done).once('close', done);
}

/** What happened, for those who want to know; `undefined` for what changed nothing and was not refused. */
function eventOf(request: Request, response: Response): AuditEvent | undefined {
  const { method, path } = request;
  const { statusCode } = response;
  const known = rightsOf(request) !== undefined;
  if (statusCode === 401) {
    if (!known) return 'login-failed';
    // Without a login it is no refusal: that is how clients ask how to log in.
    return credentialsOf(request).scheme === 'none' ? undefined : 'refused';
  }
  if (statusCode === 403 || statusCode === 429) return 'refused';
  // Nobody asks who it is where there is nothing to push to or to delete.
  if (!known) return undefined;
  if (method === 'DELETE') return /\/blobs\/uploads\/[^/]*$/.test(path) ? undefined : 'delete';
  const publishes = method === 'PUT' || (method === 'POST' && statusCode === 201);
  return publishes ? 'push' : undefined;
}

/** JSON leaves some characters as they are at which readers break lines, or which terminals obey. */
const UNRULY = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

function lineOf(event: AuditEvent, request: Request, response: Response): string {
  const json = JSON.stringify(record(event, request, response));
  const escaped = (character: string): string =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${json.replace(UNRULY, escaped)}\n`;
}

function record(event: AuditEvent, request: Request, response: Response): object {
  return {
    time: new Date().toISOString(),
    event,
    who: nameOf(request),
    from: clientAddress(request),
    method: request.method,
    target: request.originalUrl,
    status: response.statusCode,
    // The client did not wait for the answer.
    cut: response.writableFinished ? undefined : true,
    digest: response.getHeader('Docker-Content-Digest'),
  };
}

/** Returns the verified or claimed name, or `null` without one. */
function nameOf(request: Request): string | null {
  const known = rightsOf(request)?.caller.name;
  if (known !== undefined) return known;
  const credentials = credentialsOf(request);
  const claimed = credentials.scheme === 'basic' ? credentials.name : claimedName(request);
  return claimed?.slice(0, MAX_NAME_LENGTH) ?? null;
}

function credentialsOf({ headers }: Request): Credentials {
  return parseAuthorization(headers.authorization);
}
