import { appendFile } from 'node:fs/promises';

import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type RequestHandler, type Response } from 'express';

import { issuedToken } from '../../access/guard/issued-token.js';
import { type LogSettings } from '../../config/sections/log.settings.js';
import { section } from '../../config/config.module.js';
import { networkOf } from '../../domain/client-network.js';
import { FinishedRequest } from '../../http/oci/finished-request.js';
import { storedBytesOf } from '../../http/oci/stored-bytes.js';
import { loggedTarget } from '../../http/server/logged-target.js';
import { Log } from '../../log/log.js';
import { digestOf, fieldsOf } from '../requests/request-fields.js';
import { eventOf, PULLS, type AuditEvent } from '../requests/request-event.js';
import { RepeatedRecords } from '../requests/repeated-records.js';
import { auditLine } from './audit-line.js';
import { LineWriter } from './line-writer.js';

/** A line of the log. Fields that are `undefined` are left out. */
interface AuditRecord {
  readonly event: AuditEvent;
  readonly who: string | null;
  readonly from: string;
  readonly method: string;
  readonly target: string;
  readonly targetLength: number | undefined;
  readonly status: number;
  readonly cut: true | undefined;
  readonly digest: string | undefined;
  readonly repository: string | undefined;
  /** The tag or digest in the path. */
  readonly reference: string | undefined;
  /** The bytes of the pushed content, or those that were sent of pulled content. */
  readonly bytes: number | undefined;
  readonly agent: string | undefined;
  readonly request: string | undefined;
  readonly trace: string | undefined;
  readonly scope: string | undefined;
  readonly scopeLength: number | undefined;
  /** How many equal failures followed the first one, of which this is the last. */
  readonly repeated?: number;
}

/** The events of failures, which a client can cause without any right and as often as it likes. */
const FAILURES: readonly AuditEvent[] = ['login-failed', 'refused'];

/** Whether a client can cause the event without a login, as often as it likes. */
function isCheap({ event, who }: AuditRecord): boolean {
  return FAILURES.includes(event) || (event === 'token-issued' && who === null);
}

/**
 * Writes a line of JSON for each request that changed something, logged somebody in, got a token or was refused. Equal failures of
 * one client are counted.
 */
@Injectable()
export class AuditLog implements OnApplicationShutdown {
  private readonly lines: LineWriter | undefined;
  private readonly hasPulls: boolean;
  private readonly failures = new RepeatedRecords<AuditRecord>((failure, repeated) =>
    this.write(repeated === 0 ? failure : { ...failure, repeated }),
  );

  constructor(@Inject(section('log')) { auditLog, auditPulls }: LogSettings, log: Log) {
    this.hasPulls = auditPulls === 'on';
    if (auditLog === '') return;
    const append = auditLog === 'stdout' ? toStdout : toFile(auditLog);
    const own = log.of('Audit');
    const complain = (error: unknown) => own.error(`lines are lost: ${String(error)}`);
    this.lines = new LineWriter(append, complain);
  }

  /** Watches the responses; it never changes them. */
  readonly middleware: RequestHandler = (request, response, next) => {
    if (this.lines === undefined) return next();
    const start = { at: performance.now(), bytesWritten: request.socket.bytesWritten };
    onFinishedAndClosed(response, () => {
      const event = eventOf(request, response);
      if (event === undefined || (PULLS.includes(event) && !this.hasPulls)) return;
      this.add(recordOf(event, new FinishedRequest(request, response, start)));
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
    if (!isCheap(record)) return this.write(record);
    this.failures.add(networkOf(from), `${event} ${method} ${status} ${who}`, record);
  }

  private write(record: AuditRecord): void {
    this.lines?.write(auditLine(record));
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

function recordOf(event: AuditEvent, finished: FinishedRequest): AuditRecord {
  const { request, response } = finished;
  const { text, length } = loggedTarget(request.originalUrl);
  const issued = issuedToken(request);
  const scope = issued && loggedTarget(issued.scope);
  const { who, from, repository, reference, agent, ...fields } = fieldsOf(finished);
  return {
    event,
    who: who ?? null,
    from,
    method: request.method,
    target: text,
    targetLength: length,
    // A client that left before the response began does not change what happened.
    status: response.statusCode,
    cut: fields.cut,
    repository,
    reference,
    digest: digestOf(response),
    bytes: bytesOf(event, finished),
    agent,
    request: fields.request,
    trace: fields.trace,
    scope: scope?.text,
    scopeLength: scope?.length,
  };
}

function bytesOf(event: AuditEvent, { request, received, sent }: FinishedRequest) {
  if (PULLS.includes(event)) return sent;
  if (event === 'manifest-pushed') return received;
  if (event !== 'blob-pushed') return undefined;
  // A mount moves no bytes.
  return storedBytesOf(request) ?? (received > 0 ? received : undefined);
}
