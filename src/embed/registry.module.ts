import { Inject, Module, type DynamicModule, type Provider } from '@nestjs/common';

import { Storage } from '../storage/ports/storage.js';
import { checkOptions, storageOf, type CheckedOptions } from './checked-options.js';
import { onFurtherServers } from './fastify-bindings.js';
import { HostServer } from './host-server.js';
import { InvalidOptions, type RegistryOptions } from './options.js';
import { Registry } from './registry.js';

/** The options from a factory that may inject other providers, as in Nest's own `forRootAsync`. */
export interface RegistryAsyncOptions {
  readonly imports?: DynamicModule['imports'];
  /** The providers that `useFactory` is called with. */
  readonly inject?: readonly unknown[];
  readonly useFactory: (...injected: never[]) => RegistryOptions | Promise<RegistryOptions>;
}

const OPTIONS = Symbol('the options of a registry');
const CHECKED = Symbol('the checked options of a registry');

/** What Nest passes to `configure`. Nest's type does not include the adapter. */
interface Consumer {
  getHttpAdapter(): { getHttpServer(): unknown; getInstance(): unknown };
}

/**
 * A registry in a Nest application, whose server handles `/v2` like the registry's own server and
 * everything else as before. Prefixes, pipes, guards, interceptors, filters, middleware and body
 * parsers of the host do not apply to the registry.
 */
@Module({})
export class RegistryModule {
  private registry: Registry | undefined;
  private readonly takeOut: (() => void)[] = [];

  // Explicit tokens, because the host may have another copy of Nest than the registry.
  constructor(
    @Inject(CHECKED) private readonly options: CheckedOptions,
    @Inject(Storage) private readonly storage: Storage,
  ) {}

  static forRoot(options: RegistryOptions): DynamicModule {
    return moduleWith({ provide: OPTIONS, useValue: options });
  }

  static forRootAsync({ imports, inject, useFactory }: RegistryAsyncOptions): DynamicModule {
    return moduleWith(
      { provide: OPTIONS, useFactory, inject: [...(inject ?? [])] } as Provider,
      imports,
    );
  }

  /** Nest calls it when an application with an HTTP server starts. */
  async configure(consumer: object): Promise<void> {
    const adapter = (consumer as Consumer).getHttpAdapter();
    const host = HostServer.of(adapter.getHttpServer());
    const registry = await Registry.over(this.storage, this.options);
    this.registry = registry;
    this.takeOut.push(host.add(registry));
    onFurtherServers(adapter.getInstance(), (server) => {
      this.takeOut.push(HostServer.of(server).add(registry));
    });
  }

  /** Resolves to the metrics as `Registry.metrics` does. @throws InvalidOptions also before the application started */
  async metrics(): Promise<string> {
    if (this.registry !== undefined) return this.registry.metrics();
    throw new InvalidOptions('the registry has no metrics before its application started');
  }

  /** From here on, the host's server waits for requests in progress. */
  beforeApplicationShutdown(): void {
    this.registry?.leave();
  }

  async onApplicationShutdown(): Promise<void> {
    try {
      await this.registry?.close();
    } finally {
      for (const takeOut of this.takeOut) takeOut();
    }
    if (this.registry === undefined && this.options.ownStorage === undefined) {
      await this.storage.close();
    }
  }
}

function moduleWith(options: Provider, imports: DynamicModule['imports'] = []): DynamicModule {
  return {
    module: RegistryModule,
    imports,
    providers: [
      options,
      { provide: CHECKED, useFactory: checkOptions, inject: [OPTIONS] },
      { provide: Storage, useFactory: storageOf, inject: [CHECKED] },
    ],
    exports: [Storage],
  };
}
