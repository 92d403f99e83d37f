import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

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
  /** A request on whose connection nothing happens for this time fails. In milliseconds; by default a minute. */
  readonly idleTimeout?: number;
}

/** How many requests run at the same time. */
const READ_SOCKETS = 256;
const OTHER_SOCKETS = 64;

/** The tries of one request, the first included. The SDK waits longer before each. */
const TRIES = 5;

/** In milliseconds. */
const CONNECTION_TIMEOUT = 3_000;
/** The longest wait for the beginning of an answer. In milliseconds. */
const ANSWER_TIMEOUT = 60_000;
const IDLE_TIMEOUT = 60_000;
/** How many times as long a connection for reads may be idle: a client that reads slowly takes nothing from it meanwhile. */
const SLOW_READER = 15;

/**
 * Makes two S3 clients, each with its own connections. What clients of the registry read slowly keeps a connection for reads for long;
 * pushes, lists and the check of readiness use the others.
 */
export function s3Clients(options: S3Options): {
  readonly reads: S3Client;
  readonly others: S3Client;
} {
  const { idleTimeout = IDLE_TIMEOUT } = options;
  return {
    reads: new S3Client(clientConfig(options, READ_SOCKETS, SLOW_READER * idleTimeout)),
    others: new S3Client(clientConfig(options, OTHER_SOCKETS, idleTimeout)),
  };
}

function clientConfig(
  { endpoint, region, pathStyle }: S3Options,
  maxSockets: number,
  socketTimeout: number,
): S3ClientConfig {
  const agent = { keepAlive: true, maxSockets };
  return {
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
      requestTimeout: ANSWER_TIMEOUT,
      socketTimeout,
      throwOnRequestTimeout: true,
    },
  };
}
