import { type Collector } from '../storage/ports/collector.js';
import { type LiveNotes } from '../storage/ports/live-notes.js';
import { type ReadOnlySwitch } from '../storage/ports/read-only-switch.js';
import { type Storage } from '../storage/ports/storage.js';

/** Opens an empty storage. */
export type OpenEmptyStorage = () => Storage | Promise<Storage>;

/** A storage that can be replaced by an empty one while a registry uses it. */
export class CurrentStorage {
  /** The ports for the registry. Each call goes to the storage that is current at that moment. */
  readonly ports: Storage;
  /** Changes run one after the other, so that every storage is closed exactly once. */
  private changing: Promise<unknown> = Promise.resolve();
  private closed = false;

  private constructor(
    private readonly open: OpenEmptyStorage,
    private current: Storage,
  ) {
    const portOf = <Name extends keyof Storage>(name: Name) => delegate(() => this.current[name]);
    this.ports = {
      blobs: portOf('blobs'),
      uploads: portOf('uploads'),
      manifests: portOf('manifests'),
      tags: portOf('tags'),
      catalog: portOf('catalog'),
      secrets: portOf('secrets'),
      statistics: portOf('statistics'),
      usage: portOf('usage'),
      outbox: portOf('outbox'),
      ...(current.collector && { collector: delegate(() => this.current.collector as Collector) }),
      lease: (name, terms) => this.current.lease(name, terms),
      ...(current.readOnly && {
        readOnly: delegate(() => this.current.readOnly as ReadOnlySwitch),
      }),
      ...(current.live && { live: delegate(() => this.current.live as LiveNotes) }),
      ready: () => this.current.ready?.() ?? Promise.resolve(),
      writable: () => this.current.writable?.() ?? Promise.resolve(),
      description: current.description,
      close: () => this.close(),
    };
  }

  static async first(open: OpenEmptyStorage): Promise<CurrentStorage> {
    return new CurrentStorage(open, await open());
  }

  /** Closes the storage and replaces it by an empty one. @throws Error after the storage is closed for good */
  replace(): Promise<void> {
    return this.inTurn(async () => {
      if (this.closed) throw new Error('the registry is closed');
      await this.current.close();
      this.current = await this.open();
    });
  }

  private close(): Promise<void> {
    return this.inTurn(async () => {
      this.closed = true;
      await this.current.close();
    });
  }

  private inTurn(change: () => Promise<void>): Promise<void> {
    const done = this.changing.then(change);
    this.changing = done.catch(() => undefined);
    return done;
  }
}

/** Returns a proxy that forwards each call to the object that `current` returns at that moment. */
function delegate<Port>(current: () => Port): Port {
  const get = (_: object, name: string | symbol): unknown => {
    const port = current() as object;
    const value: unknown = Reflect.get(port, name);
    return typeof value === 'function' ? value.bind(port) : value;
  };
  return new Proxy({}, { get }) as Port;
}
