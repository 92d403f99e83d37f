import { type AddressInfo } from 'node:net';
import { type Server } from 'node:http';

import {
  Body,
  Catch,
  Controller,
  Get,
  HttpException,
  Module,
  Post,
  ValidationPipe,
  VERSION_NEUTRAL,
  VersioningType,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type DynamicModule,
  type ExceptionFilter,
  type ExecutionContext,
  type INestApplication,
  type NestInterceptor,
} from '@nestjs/common';
import { HttpAdapterHost, NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import compression from 'compression';
import { IsInt } from 'class-validator';
import helmet from 'helmet';
import { map, type Observable } from 'rxjs';

export type Platform = 'express' | 'fastify';

export const PLATFORMS: readonly Platform[] = ['express', 'fastify'];

class Thing {
  @IsInt()
  readonly size!: number;
}

@Controller('things')
class ThingsController {
  @Get()
  list(): string[] {
    return ['a thing', 'another thing'.repeat(200)];
  }

  @Post()
  make(@Body() thing: Thing): object {
    return { made: thing };
  }
}

/** A controller that claims paths of the registry. */
@Controller({ path: 'v2', version: VERSION_NEUTRAL })
class RivalController {
  @Get()
  all(): string {
    return 'mine';
  }
}

class RefuseStrangers implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, unknown> }>();
    return headers['x-friend'] === 'yes';
  }
}

class Wrap implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ wrapped: data })));
  }
}

@Catch()
class Swallow implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const body = { swallowed: error instanceof HttpException ? error.getStatus() : 500 };
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), body, 418);
  }
}

/** Starts an application on a free port that does to every request what applications may do. */
export async function startHostileHost(
  platform: Platform,
  imports: DynamicModule[],
): Promise<{ app: INestApplication; port: number }> {
  @Module({ imports, controllers: [ThingsController, RivalController] })
  class HostModule {}
  const app = platform === 'express' ? await onExpress(HostModule) : await onFastify(HostModule);
  app.setGlobalPrefix('api', { exclude: ['v2'] });
  app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true }));
  app.useGlobalGuards(new RefuseStrangers());
  app.useGlobalInterceptors(new Wrap());
  app.useGlobalFilters(new Swallow(app.get(HttpAdapterHost)));
  app.enableCors({ origin: 'https://example.test', credentials: true });
  app.use(helmet()).use(compression({ threshold: 0 }));
  await app.listen(0, '127.0.0.1');
  const server = app.getHttpServer() as Server;
  return { app, port: (server.address() as AddressInfo).port };
}

async function onExpress(module: new () => object): Promise<INestApplication> {
  const options = { logger: false, bodyParser: true } as const;
  const app = await NestFactory.create<NestExpressApplication>(
    module,
    new ExpressAdapter(),
    options,
  );
  return app.useBodyParser('json', { type: () => true, strict: false, limit: 100 });
}

async function onFastify(module: new () => object): Promise<INestApplication> {
  const adapter = new FastifyAdapter({ bodyLimit: 100 });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { logger: false });
  return app.useBodyParser('*', {}, (_request, body, done) => {
    try {
      done(null, JSON.parse(body.toString()));
    } catch (error) {
      done(error as Error);
    }
  });
}
