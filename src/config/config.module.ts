import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule, getConfigToken, registerAs } from '@nestjs/config';

import { type SectionName, type Settings } from './settings.js';

/** Returns the injection token of a section. */
export const section = (name: SectionName): string => getConfigToken(name);

/**
 * Provides each section of the settings to one application by its token.
 *
 * The sections are read earlier; this module does not read or write the environment.
 */
@Module({})
export class RegistryConfigModule {
  static with(settings: Settings): DynamicModule {
    const load = Object.entries(settings).map(([name, values]) => registerAs(name, () => values));
    return {
      module: RegistryConfigModule,
      imports: [
        ConfigModule.forRoot({
          isGlobal: true,
          ignoreEnvFile: true,
          ignoreEnvVars: true,
          validatePredefined: false,
          skipProcessEnv: true,
          load,
        }),
      ],
    };
  }
}
