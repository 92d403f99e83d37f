import { S3Client } from '@aws-sdk/client-s3';

/** Where a bucket is. Credentials come from the places where the SDK looks for them: environment, files, instance and web identity. */
export interface S3Options {
  readonly bucket: string;
  /** What all keys begin with, without a slash at its end; may be empty. */
  readonly prefix: string;
  /** The URL of a store other than AWS. */
  readonly endpoint?: string;
  /** The URL by which clients reach the store, if it is another one. */
  readonly publicEndpoint?: string;
  readonly region: string;
  /** Whether the bucket is a part of the path, not of the host name. */
  readonly pathStyle: boolean;
  /** A request on whose connection nothing happens for this time fails, unless it may be slow. In milliseconds; by default a minute. */
  readonly idleTimeout?: number;
}

/** How many requests run at the same time. */
const READ_SOCKETS = 256;
const OTHER_SOCKETS = 64;

/** The tries of one request, the first included. The SDK waits longer before each. */
const TRIES = 5;

/** In milliseconds. */
const CONNECTION_TIMEOUT = 3_000;
const MINUTE = 60_000;

/** A client of the registry may read slowly, and some stores copy all bytes of a large object before they say that it is complete. */
const LONG = 15 * MINUTE;

/** The limits of one S3 client. Times in milliseconds. */
interface Limits {
  readonly maxSockets: number;
  /** The longest wait for the beginning of an answer. */
  readonly requestTimeout: number;
  /** A connection on which nothing happens for this time ends its request. */
  readonly socketTimeout: number;
}

/**
 * Makes S3 clients, each with its own connections. What clients of the registry read slowly keeps connections for long, and so does the
 * completion of large objects. All other requests have connections that none of these takes.
 */
export function s3Clients(options: S3Options): {
  readonly reads: S3Client;
  readonly completions: S3Client;
  readonly others: S3Client;
} {
  const { idleTimeout = MINUTE } = options;
  const usual = { maxSockets: OTHER_SOCKETS, requestTimeout: MINUTE, socketTimeout: idleTimeout };
  return {
    reads: s3Client(options, { ...usual, maxSockets: READ_SOCKETS, socketTimeout: LONG }),
    completions: s3Client(options, { ...usual, requestTimeout: LONG, socketTimeout: LONG }),
    others: s3Client(options, usual),
  };
}

function s3Client(
  { endpoint, region, pathStyle }: S3Options,
  { maxSockets, ...timeouts }: Limits,
): S3Client {
  const agent = { keepAlive: true, maxSockets };
  return new S3Client({
    region,
    forcePathStyle: pathStyle,
    ...(endpoint !== undefined && { endpoint }),
    maxAttempts: TRIES,
    // Many stores do not know the checksums that the SDK would send by itself.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      httpAgent: agent,
      httpsAgent: agent,
      connectionTimeout: CONNECTION_TIMEOUT,
      ...timeouts,
      throwOnRequestTimeout: true,
    },
  });
}
