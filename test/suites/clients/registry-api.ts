import { createHash } from 'node:crypto';

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: { readonly os: string; readonly architecture: string };
}

export interface ManifestBody {
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
  readonly subject?: Descriptor;
}

export interface StoredManifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly body: ManifestBody;
}

/** Reads a registry over plain HTTP, to verify what a client reports. */
export class RegistryApi {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Reads a manifest. Throws if its bytes, the digest header and the requested digest differ. */
  async manifest(repository: string, reference: string): Promise<StoredManifest> {
    const response = await this.#get(`/v2/${repository}/manifests/${reference}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    const digest = sha256(bytes);
    const said = response.headers.get('docker-content-digest');
    if (said !== digest || (reference.includes(':') && reference !== digest)) {
      throw new Error(
        `${repository} ${reference}: bytes are ${digest}, header says ${String(said)}`,
      );
    }
    return {
      digest,
      mediaType: response.headers.get('content-type') ?? '',
      body: JSON.parse(bytes.toString()) as ManifestBody,
    };
  }

  /** Reads an image or an index with everything below it. Returns the digests of everything verified. */
  async readWhole(repository: string, reference: string): Promise<string[]> {
    const { digest, body } = await this.manifest(repository, reference);
    const read = [digest];
    for (const child of body.manifests ?? []) {
      read.push(...(await this.readWhole(repository, child.digest)));
    }
    for (const blob of [...(body.config ? [body.config] : []), ...(body.layers ?? [])]) {
      await this.#checkBlob(repository, blob);
      read.push(blob.digest);
    }
    return read;
  }

  async tags(repository: string): Promise<string[]> {
    const response = await this.#get(`/v2/${repository}/tags/list`);
    return ((await response.json()) as { tags: string[] }).tags;
  }

  async referrers(
    repository: string,
    digest: string,
    artifactType?: string,
  ): Promise<Descriptor[]> {
    const query = artifactType ? `?artifactType=${encodeURIComponent(artifactType)}` : '';
    const response = await this.#get(`/v2/${repository}/referrers/${digest}${query}`);
    return ((await response.json()) as { manifests: Descriptor[] }).manifests;
  }

  async status(method: 'HEAD' | 'DELETE', path: string): Promise<number> {
    const response = await fetch(`${this.#url}/v2/${path}`, { method, headers: HEADERS });
    await response.body?.cancel();
    return response.status;
  }

  async #checkBlob(repository: string, { digest, size }: Descriptor): Promise<void> {
    const response = await this.#get(`/v2/${repository}/blobs/${digest}`);
    const hash = createHash('sha256');
    let length = 0;
    for await (const chunk of response.body ?? []) {
      hash.update(chunk as Uint8Array);
      length += (chunk as Uint8Array).byteLength;
    }
    const found = `sha256:${hash.digest('hex')}`;
    if (found !== digest || length !== size) {
      throw new Error(`${repository}: blob ${digest} of ${size} bytes is ${found} of ${length}`);
    }
  }

  async #get(path: string): Promise<Response> {
    const response = await fetch(this.#url + path, { headers: HEADERS });
    if (response.status === 200) return response;
    throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
  }
}

const HEADERS = {
  accept: [
    'application/vnd.oci.image.manifest.v1+json',
    'application/vnd.oci.image.index.v1+json',
    'application/vnd.docker.distribution.manifest.v2+json',
    'application/vnd.docker.distribution.manifest.list.v2+json',
    '*/*',
  ].join(', '),
};

function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
