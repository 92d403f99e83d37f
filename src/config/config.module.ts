import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule, getConfigToken, registerAs } from '@nestjs/config';

import { type SectionName, type Settings } from './settings.js';

/** Returns the token by which a service injects the one section that it needs. */
export const section = (name: SectionName): string => getConfigToken(name);

/**
 * Provides each section of the settings by its token, to one application.
 *
 * The sections were read before; the environment is neither read nor written here.
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
