import { Module, type DynamicModule } from '@nestjs/common';

import { packageFile } from '../config/package-file.js';
import { CONSOLE_FILES, ConsoleController } from './console.controller.js';

/** The console of the registry. Loaded only where it is served. */
@Module({})
export class ConsoleModule {
  /** @param folder the built console; by default that of this package */
  static from(folder = packageFile('dist/console')): DynamicModule {
    return {
      module: ConsoleModule,
      controllers: [ConsoleController],
      providers: [{ provide: CONSOLE_FILES, useValue: folder }],
    };
  }
}
