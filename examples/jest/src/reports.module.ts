import { Module, type DynamicModule } from '@nestjs/common';

import { ReportsController } from './reports.controller.js';
import { REGISTRY_URL, ReportsService } from './reports.service.js';

@Module({})
export class ReportsModule {
  static at(registryUrl: string): DynamicModule {
    return {
      module: ReportsModule,
      controllers: [ReportsController],
      providers: [ReportsService, { provide: REGISTRY_URL, useValue: registryUrl }],
    };
  }
}
