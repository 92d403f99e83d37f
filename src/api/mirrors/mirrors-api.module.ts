import { Module, type DynamicModule } from '@nestjs/common';

import { MirrorControl } from '../../domain/mirror-control.js';
import { MirrorsApiController } from './mirrors-api.controller.js';

@Module({})
export class MirrorsApiModule {
  static over(mirrors: MirrorControl): DynamicModule {
    return {
      module: MirrorsApiModule,
      controllers: [MirrorsApiController],
      providers: [{ provide: MirrorControl, useValue: mirrors }],
    };
  }
}
