import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';

import { MirroredPorts } from './mirrored-ports.js';

/** Ends the mirrors with the application, after its last request. */
@Module({})
export class MirrorModule implements OnApplicationShutdown {
  constructor(private readonly ports: MirroredPorts) {}

  static with(ports: MirroredPorts): DynamicModule {
    return { module: MirrorModule, providers: [{ provide: MirroredPorts, useValue: ports }] };
  }

  onApplicationShutdown(): Promise<void> {
    return this.ports.close();
  }
}
