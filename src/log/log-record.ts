import { type LoggerService } from '@nestjs/common';

/** The levels of lines, the most important one first. */
const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a line of JSON says besides its time, level, part and message. Fields that are `undefined` are left out. */
export interface LogFields {
  /** The id of the request, which its response has as `X-Request-Id`. */
  readonly request?: string | undefined;
  readonly route?: string | undefined;
  readonly method?: string | undefined;
  readonly repository?: string | undefined;
  /** A tag or a digest. */
  readonly reference?: string | undefined;
  readonly digest?: string | undefined;
  readonly status?: number | undefined;
  /** Whether the connection ended before the response was complete. */
  readonly cut?: true | undefined;
  /** Milliseconds. */
  readonly ms?: number | undefined;
  /** The mirror that answered and how, as in `docker.io/hit`. */
  readonly mirror?: string | undefined;
  /** The bytes of the response's body. */
  readonly sent?: number | undefined;
  /** The bytes of the request's body. */
  readonly received?: number | undefined;
  /** The bytes of the image. */
  readonly size?: number | undefined;
  /** The bytes that the client uploaded for this image. */
  readonly uploaded?: number | undefined;
  readonly who?: string | undefined;
  readonly from?: string | undefined;
  readonly agent?: string | undefined;
  /** The trace id of the request's `traceparent`. */
  readonly trace?: string | undefined;
  readonly reason?: string | undefined;
  /** How many equal lines followed the first one. */
  readonly repeated?: number | undefined;
  readonly stack?: string | undefined;
}

/** A line of the log, for programs and for people. */
export interface LogRecord {
  /** The message of a line of JSON. The fields say the rest. */
  readonly message: string;
  /** The whole line for people, if the message is not enough. */
  readonly text?: string;
  readonly fields: LogFields;
}

/** A logger that keeps the fields of a record apart. */
export interface RecordLogger extends LoggerService {
  isLevelEnabled(level: LogLevel): boolean;
  record(level: LogLevel, part: string, record: LogRecord): void;
}

/** Whether a level is at most as detailed as the configured one. */
export function isAtLeast(level: LogLevel, configured: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(configured);
}
