import { peers, type RunningRegistry } from '../../../bench/registries.js';
import { Digest, type DigestAlgorithm } from '../../../src/domain/digest.js';
import { type BuiltManifest } from '../../../src/storage/contract/fixtures.js';

/** A distribution in a separate process, which content is pushed to. */
export class Distribution {
  private constructor(private readonly registry: RunningRegistry) {}

  static async start(): Promise<Distribution> {
    const found = peers().find(({ name }) => name === 'distribution');
    if (found === undefined) throw new Error('no distribution: `.ci/install-tools mirror`');
    return new Distribution(await found.start());
  }

  get url(): string {
    return this.registry.url;
  }

  stop(): Promise<void> {
    return this.registry.stop();
  }

  async addBlob(
    repository: string,
    bytes: Buffer,
    algorithm: DigestAlgorithm = 'sha256',
  ): Promise<void> {
    const begun = await this.send(`/v2/${repository}/blobs/uploads/`, { method: 'POST' });
    const location = new URL(String(begun.headers.get('location')), this.url);
    location.searchParams.set('digest', `${Digest.of(bytes, algorithm)}`);
    const headers = { 'content-type': 'application/octet-stream' };
    await this.send(location.href, { method: 'PUT', headers, body: new Uint8Array(bytes) });
  }

  async addManifest(
    repository: string,
    reference: string,
    { bytes, descriptor }: BuiltManifest,
  ): Promise<void> {
    const headers = { 'content-type': descriptor.mediaType };
    const body = bytes.toString();
    await this.send(`/v2/${repository}/manifests/${reference}`, { method: 'PUT', headers, body });
  }

  private async send(path: string, init: RequestInit): Promise<Response> {
    const response = await fetch(new URL(path, this.url), init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${init.method} ${path}: ${response.status} ${text}`);
    return response;
  }
}
