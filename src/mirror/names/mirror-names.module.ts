import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';

import { CurrentMirrors } from '../plan/current-mirrors.js';

/** Provides the mirrors file, and stops watching it when the application ends. */
@Module({})
export class MirrorNamesModule implements OnApplicationShutdown {
  constructor(private readonly mirrors: CurrentMirrors) {}

  static with(mirrors: CurrentMirrors): DynamicModule {
    return {
      module: MirrorNamesModule,
      global: true,
      providers: [{ provide: CurrentMirrors, useValue: mirrors }],
      exports: [CurrentMirrors],
    };
  }

  onApplicationShutdown(): void {
    this.mirrors.close();
  }
}
