import { Inject, Module, type DynamicModule, type Provider } from '@nestjs/common';

import { Storage } from '../storage/ports/storage.js';
import { checkOptions, storageOf, type CheckedOptions } from './checked-options.js';
import { onFurtherServers } from './fastify-bindings.js';
import { HostServer } from './host-server.js';
import { type RegistryOptions } from './options.js';
import { Registry } from './registry.js';

/** Where the options come from when other providers have to be asked: as in Nest's own modules of this form. */
export interface RegistryAsyncOptions {
  readonly imports?: DynamicModule['imports'];
  /** What `useFactory` is called with. */
  readonly inject?: readonly unknown[];
  readonly useFactory: (...injected: never[]) => RegistryOptions | Promise<RegistryOptions>;
}

const OPTIONS = Symbol('the options of a registry');
const CHECKED = Symbol('the checked options of a registry');

/** What Nest gives to `configure`; its type leaves the adapter out. */
interface Consumer {
  getHttpAdapter(): { getHttpServer(): unknown; getInstance(): unknown };
}

/**
 * A registry in a Nest application, whose server answers at `/v2` what the registry's own would, and all else as before.
 *
 * The registry is an application of its own: the host's prefixes, pipes, guards, interceptors, filters, middleware and body
 * parsers see nothing of it. `Storage` is exported, for providers of the host that look into it; it can be overridden in a
 * testing module. Where there is no HTTP server, as in a standalone application, there is no registry either.
 */
@Module({})
export class RegistryModule {
  private registry: Registry | undefined;
  private readonly takeOut: (() => void)[] = [];

  // Tokens that no other copy of Nest has: that of the host may be another than the registry's.
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

  /** Called by Nest when an application with an HTTP server starts. */
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

  /** From here on the host's server waits for what is under way. */
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
