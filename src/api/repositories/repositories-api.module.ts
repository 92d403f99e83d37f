import { Module, type DynamicModule } from '@nestjs/common';

import { MirrorControl } from '../../domain/mirror-control.js';
import { RepositoriesApiController } from './repositories-api.controller.js';

@Module({})
export class RepositoriesApiModule {
  static over(mirrors: MirrorControl): DynamicModule {
    return {
      module: RepositoriesApiModule,
      controllers: [RepositoriesApiController],
      providers: [{ provide: MirrorControl, useValue: mirrors }],
    };
  }
}
