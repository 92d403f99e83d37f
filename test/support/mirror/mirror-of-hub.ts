import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openMetrics, type Metrics } from '../../../src/observe/metrics/metrics.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';
import { KeptLog } from '../kept-log.js';
import { MirrorsFile } from '../mirrors.js';
import { TestRegistry } from '../registry.js';
import { until } from '../until.js';
import { FakeHub, type HubOptions } from '../upstreams/fake-hub.js';

interface Options {
  readonly hub?: HubOptions;
  /** Further keys of the mirror in the mirrors file, such as `, offline: true`. */
  readonly keys?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A registry that mirrors a stand-in for Docker Hub, with its metrics and its log. */
export class MirrorOfHub {
  private running: TestRegistry | undefined;

  private constructor(
    readonly hub: FakeHub,
    readonly metrics: Metrics,
    readonly log: KeptLog,
    private readonly file: MirrorsFile,
    private readonly root: string,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  /** The registry, which another one replaces at a restart. */
  get registry(): TestRegistry {
    if (this.running === undefined) throw new Error('the registry does not run');
    return this.running;
  }

  /** Starts the registry once more over the same storage. */
  async restart(): Promise<void> {
    await this.running?.stop();
    const { settings, log, metrics } = this;
    this.running = await TestRegistry.start(settings, {}, log, { metrics });
  }

  static async start({
    hub: options,
    keys = '',
    environment = {},
  }: Options = {}): Promise<MirrorOfHub> {
    const hub = await FakeHub.start(options);
    const root = await mkdtemp(join(tmpdir(), 'berth-mirror-of-hub-'));
    const file = await MirrorsFile.write(fileFor(hub, keys));
    const settings = { REGISTRY_STORAGE_PATH: root, ...file.environment, ...environment };
    // Those of the storage are not what tests of mirrors look at.
    const storage = createMemoryStorage({ maxBytes: 1_000 });
    const metrics = await openMetrics({ storage, repositories: 0, ofProcess: false });
    const log = KeptLog.open('text');
    const mirror = new MirrorOfHub(hub, metrics, log, file, root, settings);
    await mirror.restart();
    return mirror;
  }

  /** Changes the keys of the mirror in the mirrors file. Resolves when they are in use. */
  async change(keys: string): Promise<void> {
    const changes = (): number => this.log.text.split('the new content is in use').length;
    const before = changes();
    await this.file.change(fileFor(this.hub, keys));
    await until(() => changes() > before);
  }

  async stop(): Promise<void> {
    await this.running?.stop();
    await this.hub.stop();
    await this.file.remove();
    await rm(this.root, { recursive: true, force: true });
  }
}

function fileFor(hub: FakeHub, keys: string): string {
  return `mirrors: [{ name: docker.io, url: '${hub.url}', library: true, addresses: private${keys} }]\n`;
}
