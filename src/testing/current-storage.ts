import { type Collector } from '../storage/ports/collector.js';
import { type Storage } from '../storage/ports/storage.js';

/** Opens an empty storage. */
export type OpenEmptyStorage = () => Storage | Promise<Storage>;

/** A storage in whose place an empty one can be put while a registry stands on it. */
export class CurrentStorage {
  /** What the registry stands on: each call goes to the storage that is in place by then. */
  readonly ports: Storage;
  /** What opens and closes storages happens one after the other: none is closed twice, and none left open. */
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
      ...(current.collector && { collector: delegate(() => this.current.collector as Collector) }),
      lease: (name, terms) => this.current.lease(name, terms),
      ready: () => this.current.ready?.() ?? Promise.resolve(),
      description: current.description,
      close: () => this.close(),
    };
  }

  static async first(open: OpenEmptyStorage): Promise<CurrentStorage> {
    return new CurrentStorage(open, await open());
  }

  /** Closes the storage and puts an empty one in its place. @throws Error once it is closed for good */
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

/** Stands for the object that `current` answers at each call. */
function delegate<Port>(current: () => Port): Port {
  const get = (_: object, name: string | symbol): unknown => {
    const port = current() as object;
    const value: unknown = Reflect.get(port, name);
    return typeof value === 'function' ? value.bind(port) : value;
  };
  return new Proxy({}, { get }) as Port;
}
