import { appendFile } from 'node:fs/promises';

import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Request, type RequestHandler, type Response } from 'express';

import { claimedName } from '../../access/guard/claimed-name.js';
import { parseAuthorization, type Credentials } from '../../access/guard/credentials.js';
import { rightsOf } from '../../access/guard/rights-of.js';
import { type LogSettings } from '../../config/sections/log.settings.js';
import { section } from '../../config/config.module.js';
import { networkOf } from '../../domain/client-network.js';
import { loggedTarget } from '../../http/server/logged-target.js';
import { clientAddress } from '../../http/server/origin.js';
import { Log } from '../../log/log.js';
import { LineWriter } from './line-writer.js';
import { RepeatedFailures } from './repeated-failures.js';

type AuditEvent = 'push' | 'delete' | 'login-failed' | 'refused';

/** A line of the log. Fields that are `undefined` are left out. */
interface AuditRecord {
  readonly time: string;
  readonly event: AuditEvent;
  readonly who: string | null;
  readonly from: string;
  readonly method: string;
  readonly target: string;
  readonly targetLength: number | undefined;
  readonly status: number;
  readonly cut: true | undefined;
  readonly digest: unknown;
  /** How many equal failures followed the first one, of which this is the last. */
  readonly repeated?: number;
}

/** An unverified name may have any length. */
const MAX_NAME_LENGTH = 128;

/** Writes a line of JSON for each push, delete, failed login and refused request. Equal failures of one client are counted. */
@Injectable()
export class AuditLog implements OnApplicationShutdown {
  private readonly lines: LineWriter | undefined;
  private readonly failures = new RepeatedFailures<AuditRecord>((failure, repeated) =>
    this.write(repeated === 0 ? failure : { ...failure, repeated }),
  );

  constructor(@Inject(section('log')) { auditLog }: LogSettings, log: Log) {
    if (auditLog === '') return;
    const append = auditLog === 'stdout' ? toStdout : toFile(auditLog);
    const own = log.of('Audit');
    const complain = (error: unknown) => own.error(`lines are lost: ${String(error)}`);
    this.lines = new LineWriter(append, complain);
  }

  /** Watches the responses; it never changes them. */
  readonly middleware: RequestHandler = (request, response, next) => {
    if (this.lines === undefined) return next();
    onFinishedAndClosed(response, () => {
      const event = eventOf(request, response);
      if (event !== undefined) this.add(recordOf(event, request, response));
    });
    next();
  };

  /** Waits until all lines are written. */
  async onApplicationShutdown(): Promise<void> {
    this.failures.flush();
    await this.lines?.flush();
  }

  private add(record: AuditRecord): void {
    const { event, who, from, method, status } = record;
    if (event === 'push' || event === 'delete') return this.write(record);
    this.failures.add(networkOf(from), `${event} ${method} ${status} ${who}`, record);
  }

  private write(record: AuditRecord): void {
    this.lines?.write(lineOf(record));
  }
}

function toStdout(lines: string): Promise<void> {
  process.stdout.write(lines);
  return Promise.resolve();
}

/** Opens the file for each batch, so that it may be moved away at any time. */
function toFile(path: string): (lines: string) => Promise<void> {
  return (lines) => appendFile(path, lines, { mode: 0o600 });
}

/**
 * Calls back once the response is finished *and* the connection is closed: the request of a client that disconnects early may
 * still have changed something.
 */
function onFinishedAndClosed(response: Response, tell: () => void): void {
  let left = 2;
  const done = (): void => {
    if (--left === 0) tell();
  };
  response.once('prefinish', done).once('close', done);
}

/** Returns the event to record, or `undefined` for requests that changed nothing and were not refused. */
function eventOf(request: Request, response: Response): AuditEvent | undefined {
  const { method, path } = request;
  const { statusCode } = response;
  const known = rightsOf(request) !== undefined;
  if (statusCode === 401) {
    if (!known) return 'login-failed';
    // A request without credentials is not refused: clients send it to find out how to log in.
    return credentialsOf(request).scheme === 'none' ? undefined : 'refused';
  }
  if (statusCode === 403 || statusCode === 429) return 'refused';
  // Requests that cannot push or delete never reach the access check.
  if (!known) return undefined;
  if (method === 'DELETE') return /\/blobs\/uploads\/[^/]*$/.test(path) ? undefined : 'delete';
  const publishes = method === 'PUT' || (method === 'POST' && statusCode === 201);
  return publishes ? 'push' : undefined;
}

/** Characters that JSON leaves unescaped, but that break lines in some readers or control terminals. */
const UNSAFE_CHARACTERS = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

function lineOf(record: AuditRecord): string {
  const json = JSON.stringify(record);
  const escaped = (character: string): string =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${json.replace(UNSAFE_CHARACTERS, escaped)}\n`;
}

function recordOf(event: AuditEvent, request: Request, response: Response): AuditRecord {
  const { text, length } = loggedTarget(request.originalUrl);
  return {
    time: new Date().toISOString(),
    event,
    who: nameOf(request),
    from: clientAddress(request),
    method: request.method,
    target: text,
    targetLength: length,
    status: response.statusCode,
    // The client disconnected before the response was complete.
    cut: response.writableFinished ? undefined : true,
    digest: response.getHeader('Docker-Content-Digest'),
  };
}

/** Returns the verified name, else the claimed one, else `null`. */
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
