import { type Storage } from '../storage/ports/storage.js';

/** Opens an empty storage. */
export type OpenEmptyStorage = () => Storage | Promise<Storage>;

/** A storage in whose place an empty one can be put while a registry stands on it. */
export class CurrentStorage {
  /** What the registry stands on: each call goes to the storage that is in place by then. */
  readonly ports: Storage;

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
      garbage: portOf('garbage'),
      description: current.description,
      close: () => this.current.close(),
    };
  }

  static async first(open: OpenEmptyStorage): Promise<CurrentStorage> {
    return new CurrentStorage(open, await open());
  }

  /** Closes the storage and puts an empty one in its place. */
  async replace(): Promise<void> {
    await this.current.close();
    this.current = await this.open();
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
