import { Bench, type BenchOptions } from '../clients/bench.js';
import { berth } from '../../support/berth.js';
import { freePort } from '../../support/server-process.js';
import { MirrorsFile } from '../../support/mirrors.js';
import { FakeHub, type HubOptions } from '../../support/upstreams/fake-hub.js';
import { unpackableImage, type UnpackableImage } from './unpackable.js';

export interface MirroringOptions extends BenchOptions {
  readonly hub?: HubOptions;
}

/** A Berth that mirrors a stand-in for Docker Hub as `docker.io`, with a bench for real clients. */
export class Mirroring {
  private constructor(
    readonly hub: FakeHub,
    readonly bench: Bench,
    /** An address that serves the mirror to engines that take no path. */
    readonly address: string,
    private readonly file: MirrorsFile,
  ) {}

  static async start({ hub: hubOptions, ...options }: MirroringOptions = {}): Promise<Mirroring> {
    const hub = await FakeHub.start(hubOptions);
    const address = `127.0.0.1:${await freePort()}`;
    const file = await MirrorsFile.write(
      [
        `mirrors: [{ name: docker.io, url: '${hub.url}', library: true, addresses: private }]`,
        `listen: { '${address}': docker.io }`,
        '',
      ].join('\n'),
    );
    const settings = { REGISTRY_LOG_LEVEL: 'debug', ...file.environment, ...options.settings };
    const bench = await Bench.start({ ...options, settings });
    bench.beforeStop(async () => {
      await hub.stop();
      await file.remove();
    });
    return new Mirroring(hub, bench, address, file);
  }

  get host(): string {
    return this.bench.host;
  }

  /** Adds a unique image to the upstream, under the tag `1`. */
  async addImage(repository: string): Promise<UnpackableImage> {
    const image = await unpackableImage(this.bench.path('images', repository));
    this.hub.content.add(repository, image, '1');
    return image;
  }

  /** Returns the file that `berth mirror setup` prints for a client. */
  setup(client: string, url: string): Promise<string> {
    return berth(['mirror', 'setup', client, '--url', url], {
      environment: this.file.environment,
    });
  }

  stop(): Promise<void> {
    return this.bench.stop();
  }
}
