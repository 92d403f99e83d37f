import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

import { networkOf } from '../../domain/client-network.js';
import { type FinishedRequest, type RequestObserver } from '../../http/oci/finished-request.js';
import { imageContentOf } from '../../http/oci/manifest-of-request.js';
import { loggedTarget } from '../../http/server/logged-target.js';
import { clientAddress } from '../../http/server/origin.js';
import { type LogRecord } from '../../log/log-record.js';
import { Log } from '../../log/log.js';
import { changeRecord, refusalRecord, repeatedRecord, transferRecord } from './activity-record.js';
import { activityOf, type Activity } from './activity.js';
import { nameOf } from './caller.js';
import { ImageSizes } from './image-sizes.js';
import { RecentUploads } from './recent-uploads.js';
import { RepeatedRecords } from './repeated-records.js';
import { nameOfCaller } from './request-event.js';
import { callerParts, fieldsOf, LINE_GAP } from './request-fields.js';

/** How many different images one client can pull in ten seconds with a line for each. Pulling needs a right, so it is high. */
const MAX_PULLS = 1_000;

/** Logs a line for what a person did at the level `info`, and one for each request at `debug`. */
@Injectable()
export class RequestLog implements RequestObserver, OnApplicationShutdown {
  private readonly eachRequest: boolean;
  private readonly uploads = new RecentUploads();
  private readonly sizes = new ImageSizes();
  private readonly pulls: RepeatedRecords<LogRecord>;
  private readonly refusals: RepeatedRecords<LogRecord>;

  constructor(private readonly log: Log) {
    this.eachRequest = log.isEnabled('debug');
    const write = (record: LogRecord, repeated: number): void =>
      this.write(repeated === 0 ? record : repeatedRecord(record, repeated));
    this.pulls = new RepeatedRecords(write, { maxKinds: MAX_PULLS });
    this.refusals = new RepeatedRecords(write);
  }

  finished(finished: FinishedRequest): void {
    if (this.eachRequest) this.log.record('debug', 'Requests', requestRecord(finished));
    const activity = activityOf(finished);
    if (activity !== undefined) this.logActivity(activity, finished);
  }

  /** Writes the counts of repeated lines. */
  onApplicationShutdown(): void {
    this.pulls.flush();
    this.refusals.flush();
  }

  private logActivity(activity: Activity, finished: FinishedRequest): void {
    switch (activity) {
      case 'uploaded':
        return this.uploads.add(pushOf(finished), finished.received, finished.milliseconds);
      case 'pushed':
        return this.write(this.pushed(finished));
      case 'pulled':
        return this.pulled(finished);
      case 'tagged':
      case 'deleted':
        return this.write(changeRecord(activity, finished));
      case 'refused':
        return this.refused(finished);
    }
  }

  private pushed(finished: FinishedRequest): LogRecord {
    // The tag comes last, after the entries of an index, which are pushed by digest.
    const isLast = !String(finished.request.params['reference']).includes(':');
    const upload = this.uploads.of(pushOf(finished), isLast);
    return transferRecord('pushed', finished, { size: this.sizeOf(finished), upload });
  }

  private pulled(finished: FinishedRequest): void {
    const { request } = finished;
    const client = clientAddress(request);
    const kind = `${nameOfCaller(request) ?? ''} ${request.path}`;
    if (this.pulls.count(client, kind)) return;
    this.pulls.add(
      client,
      kind,
      transferRecord('pulled', finished, { size: this.sizeOf(finished) }),
    );
  }

  private refused(finished: FinishedRequest): void {
    const { request, status, repository } = finished;
    const client = networkOf(clientAddress(request));
    const kind = `${request.method} ${status} ${nameOf(request) ?? ''} ${repository ?? ''}`;
    if (this.refusals.count(client, kind)) return;
    this.refusals.add(client, kind, refusalRecord(finished));
  }

  /** Returns the size of the pushed or pulled image, or `undefined` if it is not known. */
  private sizeOf({ request, response }: FinishedRequest): number | undefined {
    const digest = String(response.getHeader('Docker-Content-Digest'));
    const known = this.sizes.get(digest);
    if (known !== undefined) return known;
    const content = imageContentOf(request);
    return content && this.sizes.learn(digest, content);
  }

  private write(record: LogRecord): void {
    this.log.record('info', 'Activity', record);
  }
}

/** Returns what distinguishes the pushes in progress. */
function pushOf({ request, repository }: FinishedRequest): string {
  return `${nameOfCaller(request) ?? ''}@${clientAddress(request)} ${repository ?? ''}`;
}

function requestRecord(finished: FinishedRequest): LogRecord {
  const { request, status, cut, milliseconds } = finished;
  const { text, length } = loggedTarget(request.originalUrl);
  const target = length === undefined ? text : `${text}… (${length} characters)`;
  const message = `${request.method} ${target}`;
  const line = `${message} ${cut ? 'cut' : status} ${milliseconds.toFixed(1)} ms`;
  const fields = fieldsOf(finished);
  const how = fields.mirror === undefined ? [] : [`mirror=${fields.mirror}`];
  return { message, text: [line, ...how, ...callerParts(fields)].join(LINE_GAP), fields };
}
