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

  /** Puts an empty storage in the place of the one before, which is closed: work under way there goes nowhere. */
  async replace(): Promise<void> {
    const before = this.current;
    this.current = await this.open();
    await before.close();
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
