import { type BlobLocation } from '../../ports/blob-store.js';
import { presign, type S3Credentials } from './presign.js';
import { type S3Options } from './s3-clients.js';

/** The same object has the same URL for this long, so that caches of clients and proxies can use it. In milliseconds. */
const SAME_FOR_MS = 5 * 60_000;

/** Some stores refuse a time that is ahead of their clock. In milliseconds. */
const BACK_MS = 60_000;

/** How long a URL is valid, counted from the time of its signature: at least a quarter of an hour from its answer on. In seconds. */
const VALID_S = 21 * 60;

/** Temporary credentials may end before. */
export type CredentialsOfClient = S3Credentials & { readonly expiration?: Date | undefined };

/** Makes the URLs by which clients get objects from the bucket themselves. */
export class ObjectUrls {
  private readonly base: string;

  /** @param now the time in milliseconds since the epoch */
  constructor(
    private readonly options: S3Options,
    private readonly credentials: () => Promise<CredentialsOfClient>,
    private readonly now: () => number = Date.now,
  ) {
    this.base = baseOf(options);
  }

  async of(key: string): Promise<BlobLocation> {
    const credentials = await this.credentials();
    const at = Math.floor(this.now() / SAME_FOR_MS) * SAME_FOR_MS - BACK_MS;
    const url = presign({
      url: new URL(`${this.base}/${key}`),
      region: this.options.region,
      credentials,
      at,
      expiresS: VALID_S,
    });
    const until = Math.min(at + VALID_S * 1_000, credentials.expiration?.getTime() ?? Infinity);
    return { url, until };
  }
}

/** Returns the URL of the bucket as clients reach it. */
function baseOf({ bucket, region, pathStyle, ...options }: S3Options): string {
  const endpoint =
    options.publicEndpoint ?? options.endpoint ?? `https://s3.${region}.amazonaws.com`;
  const url = new URL(endpoint);
  return pathStyle ? `${url.origin}/${bucket}` : `${url.protocol}//${bucket}.${url.host}`;
}
