import { createHash } from 'node:crypto';

import { BadGatewayException, Inject, Injectable, NotFoundException } from '@nestjs/common';

/** The injection token of the registry's URL. */
export const REGISTRY_URL = Symbol('the URL of the registry');

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const EMPTY = { mediaType: 'application/vnd.oci.empty.v1+json', bytes: Buffer.from('{}') };

interface Blob {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** Keeps reports as artifacts in an OCI registry. */
@Injectable()
export class ReportsService {
  constructor(@Inject(REGISTRY_URL) private readonly url: string) {}

  /** Pushes a report, and resolves to the digest of its manifest. */
  async save(name: string, report: unknown): Promise<string> {
    const bytes = Buffer.from(JSON.stringify(report));
    const layer = await this.pushBlob({ mediaType: 'application/json', bytes });
    const manifest = {
      schemaVersion: 2,
      mediaType: MANIFEST,
      artifactType: 'application/vnd.example.report',
      config: await this.pushBlob(EMPTY),
      layers: [layer],
    };
    const response = await this.ask(`manifests/${name}`, {
      method: 'PUT',
      headers: { 'content-type': MANIFEST },
      body: JSON.stringify(manifest),
    });
    return response.headers.get('docker-content-digest') ?? '';
  }

  /** Reads a report back. @throws NotFoundException */
  async load(name: string): Promise<unknown> {
    const manifest = await this.ask(`manifests/${name}`, { headers: { accept: MANIFEST } });
    const { layers } = (await manifest.json()) as { layers: { digest: string }[] };
    return (await this.ask(`blobs/${layers[0]?.digest}`)).json();
  }

  private async pushBlob({ mediaType, bytes }: Blob): Promise<object> {
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const body = new Uint8Array(bytes);
    await this.ask(`blobs/uploads/?digest=${digest}`, { method: 'POST', body });
    return { mediaType, digest, size: bytes.byteLength };
  }

  private async ask(path: string, init?: RequestInit): Promise<Response> {
    const response = await fetch(`${this.url}/v2/reports/${path}`, init);
    if (response.status === 404) throw new NotFoundException('the report does not exist');
    if (!response.ok)
      throw new BadGatewayException(`the registry responded with ${response.status}`);
    return response;
  }
}
