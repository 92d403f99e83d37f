import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';

import { type Evictor } from './eviction/evictor.js';
import { MirroredPorts } from './mirrored-ports.js';
import { type WarmSchedule } from './warming/warm-schedule.js';

/** What begins and ends with the application. */
export interface RunningMirrors {
  readonly ports: MirroredPorts;
  readonly evictor: Evictor;
  readonly warm: WarmSchedule;
}

const RUNNING = Symbol('running mirrors');

/** Ends the mirrors with the application, after its last request. */
@Module({})
export class MirrorModule
  implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown
{
  private warmed: Promise<void> = Promise.resolve();

  constructor(@Inject(RUNNING) private readonly running: RunningMirrors) {}

  static with(running: RunningMirrors): DynamicModule {
    return {
      module: MirrorModule,
      providers: [
        { provide: RUNNING, useValue: running },
        // The testing kit reads by them.
        { provide: MirroredPorts, useValue: running.ports },
      ],
    };
  }

  onApplicationBootstrap(): void {
    this.running.warm.start();
  }

  /** A client that follows a run would otherwise keep the server open. */
  onModuleDestroy(): void {
    this.warmed = this.running.warm.close();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.running.evictor.close();
    await this.running.ports.close();
    await this.warmed;
  }
}
