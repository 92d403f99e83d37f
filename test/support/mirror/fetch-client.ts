import {
  RegistryClient,
  RemoteFailure,
  type RemoteBlob,
  type RemoteManifest,
  type RemoteTags,
} from '../../../src/client/registry-client.js';
import { Digest } from '../../../src/domain/digest.js';
import { type Descriptor } from '../../../src/domain/descriptor.js';
import { readDescriptor } from '../../../src/domain/descriptor.js';
import {
  tryParseMediaType,
  OCI_INDEX,
  OCI_IMAGE,
  DOCKER_IMAGE,
  DOCKER_LIST,
  type MediaType,
} from '../../../src/domain/media-type.js';
import { type Reference } from '../../../src/domain/reference.js';

const ACCEPT = [OCI_INDEX, DOCKER_LIST, OCI_IMAGE, DOCKER_IMAGE].join(', ');

interface Asking {
  readonly range?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Reads from a registry without logins. */
export class FetchClient extends RegistryClient {
  /** The requests that were sent, such as `GET manifests`. */
  readonly sent: string[] = [];

  constructor(private readonly base: string) {
    super();
  }

  override async stat(
    repository: string,
    reference: Reference,
  ): Promise<RemoteManifest | undefined> {
    const response = await this.send('HEAD', `${repository}/manifests/${reference}`);
    return response && described(response);
  }

  override async manifest(
    repository: string,
    reference: Reference,
  ): Promise<(RemoteManifest & { readonly bytes: Uint8Array }) | undefined> {
    const response = await this.send('GET', `${repository}/manifests/${reference}`);
    return response && { ...described(response), bytes: await response.bytes() };
  }

  override async blob(
    repository: string,
    digest: Digest,
    from: number,
    signal?: AbortSignal,
  ): Promise<RemoteBlob | undefined> {
    const range = from > 0 ? { range: `bytes=${from}-` } : {};
    const response = await this.send('GET', `${repository}/blobs/${digest}`, { range, signal });
    if (response?.body === undefined || response.body === null) return undefined;
    const offset = response.status === 206 ? from : 0;
    return {
      size: offset + Number(response.headers.get('content-length')),
      offset,
      body: response.body,
    };
  }

  override async statBlob(
    repository: string,
    digest: Digest,
  ): Promise<{ readonly size: number } | undefined> {
    const response = await this.send('HEAD', `${repository}/blobs/${digest}`);
    return response && { size: Number(response.headers.get('content-length')) };
  }

  override async tags(repository: string, after?: string): Promise<RemoteTags | undefined> {
    const query = after === undefined ? '' : `&last=${after}`;
    const response = await this.send('GET', `${repository}/tags/list?n=2${query}`);
    if (response === undefined) return undefined;
    const { tags } = (await response.json()) as { tags: string[] };
    return { tags, ...(response.headers.has('link') && { next: tags.at(-1) ?? '' }) };
  }

  override async referrers(
    repository: string,
    subject: Digest,
  ): Promise<readonly Descriptor[] | undefined> {
    const response = await this.send('GET', `${repository}/referrers/${subject}`);
    if (response === undefined) return undefined;
    const { manifests } = (await response.json()) as { manifests: unknown[] };
    return manifests.map(readDescriptor).filter((entry) => typeof entry !== 'string');
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }

  private async send(
    method: string,
    path: string,
    { range, signal }: Asking = {},
  ): Promise<Response | undefined> {
    const [, noun] = /(manifests|blobs|tags|referrers)/.exec(path) ?? [];
    this.sent.push(`${method} ${noun}`);
    const headers = { accept: ACCEPT, 'accept-encoding': 'identity', ...range };
    const init = { method, headers, ...(signal && { signal }) };
    const response = await fetch(`${this.base}/v2/${path}`, init).catch((cause: unknown) => {
      const message = `${this.base} cannot be reached`;
      throw new RemoteFailure('unavailable', message, undefined, { cause });
    });
    if (response.status === 404) return undefined;
    if (response.ok) return response;
    throw new RemoteFailure(
      response.status === 429 ? 'limited' : 'unavailable',
      `${method} ${path}: ${response.status}`,
    );
  }
}

function described(response: Response): RemoteManifest {
  return {
    mediaType: tryParseMediaType(response.headers.get('content-type') ?? '') as MediaType,
    digest: Digest.parse(response.headers.get('docker-content-digest') ?? ''),
    size: Number(response.headers.get('content-length')),
  };
}
