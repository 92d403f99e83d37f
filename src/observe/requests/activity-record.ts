import { failureOf } from '../../http/oci/failure-of-request.js';
import { type FinishedRequest } from '../../http/oci/finished-request.js';
import { formatBytes } from '../../log/format-bytes.js';
import { type LogFields, type LogRecord } from '../../log/log-record.js';
import { attemptOf } from './activity.js';
import { type RecentUpload } from './recent-uploads.js';
import { callerParts, digestOf, fieldsOf, imageName, LINE_GAP } from './request-fields.js';

/** The bytes of a pushed or pulled image. */
interface ImageBytes {
  readonly size: number | undefined;
  readonly upload?: RecentUpload | undefined;
}

/** Returns the line of a push, with the bytes that it uploaded and the time since its first upload, or of a pull. */
export function transferRecord(
  verb: 'pushed' | 'pulled',
  finished: FinishedRequest,
  { size, upload }: ImageBytes,
): LogRecord {
  const ms = upload === undefined ? undefined : performance.now() - upload.begunAt;
  const bytes = [
    ...(size === undefined ? [] : [formatBytes(size)]),
    ...(upload === undefined ? [] : [`(${formatBytes(upload.bytes)} new)`]),
  ];
  const parts = [bytes.join(' '), ms === undefined ? '' : duration(ms)];
  return recordOf(verb, finished, parts, {
    size,
    uploaded: upload?.bytes,
    digest: digestOf(finished.response),
    // The time of its last request says little about a push.
    ...(verb === 'pushed' && { ms: ms && Math.round(ms) }),
  });
}

/** Returns the line of a change that moved no bytes. */
export function changeRecord(verb: 'tagged' | 'deleted', finished: FinishedRequest): LogRecord {
  return recordOf(verb, finished, []);
}

/** Returns the line of a refusal: what was wanted, and why it was refused. */
export function refusalRecord(finished: FinishedRequest): LogRecord {
  const failure = failureOf(finished.request);
  const code = failure?.code.toLowerCase() ?? 'unknown';
  const reason = failure === undefined ? code : `${code}: ${failure.message}`;
  const verb = `refused ${attemptOf(finished)}`;
  return recordOf(verb, finished, [`${finished.status} ${reason}`], { reason });
}

/** Returns a record that stands for further ones. */
export function repeatedRecord({ message, text, fields }: LogRecord, repeated: number): LogRecord {
  const line = `${text ?? message}${LINE_GAP}(${repeated} more)`;
  return { message, text: line, fields: { ...fields, repeated } };
}

function recordOf(
  verb: string,
  finished: FinishedRequest,
  parts: readonly string[],
  more: LogFields = {},
): LogRecord {
  const fields = fieldsOf(finished);
  const { repository, reference } = fields;
  const message = repository === undefined ? verb : `${verb} ${imageName(repository, reference)}`;
  const { mirror } = fields;
  const how = mirror === undefined ? [] : [`mirror=${mirror}`];
  const all = [message, ...parts, ...how, ...callerParts(fields)].filter((part) => part !== '');
  return { message, text: all.join(LINE_GAP), fields: { ...fields, ...more } };
}

/** Returns a duration for people, such as `2.5 s`. */
function duration(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}
