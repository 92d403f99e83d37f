import {
  Catch,
  HttpException,
  Logger,
  Module,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { RegistryModule, type RegistryOptions } from 'berth-registry';

import { accessOf } from './access.js';
import { People, PeopleModule } from './people.js';
import { ReleasesController } from './releases.controller.js';
import { noLatest, owned, signedOnly } from './rules.js';

/** The error responses of this application. The registry keeps its own, in the form of its specification. */
@Catch()
class FailureFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const status = error instanceof HttpException ? error.getStatus() : 500;
    const response = host.switchToHttp().getResponse<{
      status(code: number): { json(body: unknown): void };
    }>();
    response.status(status).json({ failure: status });
  }
}

const registry = RegistryModule.forRootAsync({
  imports: [PeopleModule],
  inject: [People],
  useFactory: (people: People): RegistryOptions => ({
    storage: { driver: 'memory', maxBytes: 256 * 1024 * 1024 },
    access: accessOf(people),
    beforeManifestPublish: [noLatest, owned, signedOnly],
    logger: new Logger(),
  }),
});

@Module({
  imports: [registry],
  controllers: [ReleasesController],
  providers: [{ provide: APP_FILTER, useClass: FailureFilter }],
})
export class AppModule {}
