import { Digest } from '../../../src/domain/digest.js';
import { buildImage, buildIndex, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { MirrorsFile } from '../../support/mirrors.js';
import { FakeHub } from '../../support/upstreams/fake-hub.js';

/** A stand-in for Docker Hub with `library/alpine:3`, and the settings of a registry that mirrors it, and another one offline. */
export class MirroredHub {
  private constructor(
    readonly hub: FakeHub,
    private readonly file: MirrorsFile,
    private readonly layer: Buffer,
  ) {}

  static async start(): Promise<MirroredHub> {
    const hub = await FakeHub.start({ pullsAllowed: 100 });
    const layer = uniqueBytes(200_000);
    const image = buildImage([layer]);
    hub.content.add('library/alpine', image);
    hub.content.add('library/alpine', buildIndex([image.descriptor]), '3');
    const file = await MirrorsFile.write(`mirrors:
  - { name: docker.io, url: '${hub.url}', library: true, addresses: private, keep: { unused: 30d, bytes: 1GiB }, warm: { images: ['library/alpine:3', 'library/none:1'] } }
  - { name: quay.io, url: 'https://quay.io', offline: true }
`);
    return new MirroredHub(hub, file, layer);
  }

  get environment(): Readonly<Record<string, string>> {
    return this.file.environment;
  }

  /** Gets the manifest and the layer, each twice, from the registry at a URL. */
  async pull(url: string): Promise<void> {
    const manifest = 'manifests/3';
    const blob = `blobs/${Digest.of(this.layer)}`;
    for (const path of [manifest, manifest, blob, blob]) {
      const status = await this.get(url, path);
      if (status !== 200) throw new Error(`${path}: ${status}`);
    }
  }

  /** Gets a path of the mirrored repository. Resolves to the status. */
  async get(url: string, path: string): Promise<number> {
    const answer = await fetch(`${url}/v2/docker.io/library/alpine/${path}`);
    await answer.arrayBuffer();
    return answer.status;
  }

  /** Moves the tag to another image. */
  moveTag(): void {
    this.hub.content.add('library/alpine', buildImage([uniqueBytes(1_000)]), '3');
  }

  async stop(): Promise<void> {
    await this.hub.stop();
    await this.file.remove();
  }
}
