import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';

import { Evictor } from './eviction/evictor.js';
import { MirroredPorts } from './mirrored-ports.js';

/** Ends the mirrors with the application, after its last request. */
@Module({})
export class MirrorModule implements OnApplicationShutdown {
  constructor(
    private readonly ports: MirroredPorts,
    private readonly evictor: Evictor,
  ) {}

  static with(ports: MirroredPorts, evictor: Evictor): DynamicModule {
    return {
      module: MirrorModule,
      providers: [
        { provide: MirroredPorts, useValue: ports },
        { provide: Evictor, useValue: evictor },
      ],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.evictor.close();
    await this.ports.close();
  }
}
