import { type BlobLocation } from '../../ports/blob-store.js';
import { presign, signingKey, type S3Credentials } from './presign.js';
import { type S3Options } from './s3-clients.js';

/** The same object has the same URL for this long, so that caches of clients and proxies can use it. In milliseconds. */
const SAME_FOR_MS = 5 * 60_000;

/** Some stores refuse a time that is ahead of their clock. In milliseconds. */
const BACK_MS = 60_000;

/** How long a URL is valid, counted from the time of its signature: at least a quarter of an hour from its answer on. In seconds. */
const VALID_S = 21 * 60;

/** How many URLs are kept. A URL has about half a kilobyte. */
const MAX_URLS = 10_000;

/** Temporary credentials may end before. */
export type CredentialsOfClient = S3Credentials & { readonly expiration?: Date | undefined };

/** What is signed at the same time by the same credentials. */
interface Signed {
  readonly at: number;
  readonly credentials: CredentialsOfClient;
  readonly key: Buffer;
  readonly urls: Map<string, string>;
}

/** Makes the URLs by which clients get objects from the bucket themselves. */
export class ObjectUrls {
  private readonly base: string;
  private signed: Signed | undefined;

  /** @param now the time in milliseconds since the epoch */
  constructor(
    private readonly options: S3Options,
    private readonly credentials: () => Promise<CredentialsOfClient>,
    private readonly now: () => number = Date.now,
  ) {
    this.base = baseOf(options);
  }

  async of(key: string): Promise<BlobLocation> {
    const signed = this.signedBy(await this.credentials());
    const url = signed.urls.get(key) ?? this.sign(key, signed);
    const until = signed.at + VALID_S * 1_000;
    return { url, until: Math.min(until, signed.credentials.expiration?.getTime() ?? Infinity) };
  }

  /** Returns what has been signed so far, or begins again after its time and with other credentials. */
  private signedBy(credentials: CredentialsOfClient): Signed {
    const at = Math.floor(this.now() / SAME_FOR_MS) * SAME_FOR_MS - BACK_MS;
    const { signed } = this;
    if (signed?.at === at && isSame(signed.credentials, credentials)) return signed;
    const key = signingKey(credentials.secretAccessKey, this.options.region, at);
    return (this.signed = { at, credentials, key, urls: new Map() });
  }

  private sign(key: string, signed: Signed): string {
    const url = presign({
      url: new URL(`${this.base}/${key}`),
      region: this.options.region,
      expiresS: VALID_S,
      ...signed,
    });
    if (signed.urls.size >= MAX_URLS) signed.urls.clear();
    signed.urls.set(key, url);
    return url;
  }
}

function isSame(one: CredentialsOfClient, other: CredentialsOfClient): boolean {
  return (
    one.accessKeyId === other.accessKeyId &&
    one.secretAccessKey === other.secretAccessKey &&
    one.sessionToken === other.sessionToken &&
    one.expiration?.getTime() === other.expiration?.getTime()
  );
}

/** Returns the URL of the bucket as clients reach it. */
function baseOf({ bucket, region, pathStyle, ...options }: S3Options): string {
  const endpoint =
    options.publicEndpoint ?? options.endpoint ?? `https://s3.${region}.amazonaws.com`;
  const url = new URL(endpoint);
  return pathStyle ? `${url.origin}/${bucket}` : `${url.protocol}//${bucket}.${url.host}`;
}
