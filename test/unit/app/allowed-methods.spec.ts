import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, Patch, Post } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import request from 'supertest';

import { AllowedMethods } from '../../../src/app/allowed-methods.js';
import { RegistryExceptionFilter } from '../../../src/http/oci/exception.filter.js';
import { Log } from '../../../src/log/log.js';

@Controller('things')
class ThingsController {
  @Post()
  create(): void {}

  @Get(':id')
  show(): void {}

  @Patch(':id')
  change(): void {}
}

@Module({
  controllers: [ThingsController],
  providers: [
    AllowedMethods,
    { provide: APP_FILTER, useFactory: () => new RegistryExceptionFilter(new Log(false)) },
  ],
})
class ThingsModule {}

describe.each(['', '/registry'])('a path of a new controller below %j', (prefix) => {
  let app: NestExpressApplication;
  beforeEach(async () => {
    app = await NestFactory.create<NestExpressApplication>(ThingsModule, new ExpressAdapter(), {
      logger: false,
    });
    app.setGlobalPrefix(prefix);
    await app.init();
  });
  afterEach(() => app.close());

  it.each([
    ['get', '/things', 'POST'],
    ['head', '/things', 'POST'],
    ['delete', '/things/1', 'GET, HEAD, PATCH'],
    ['options', '/things/1', 'GET, HEAD, PATCH'],
  ] as const)('answers 405 to %s %s, and allows %s', async (method, path, allow) => {
    const answer = await request(app.getHttpServer())[method](prefix + path);

    expect(answer.status).toBe(405);
    expect(answer.headers['allow']).toBe(allow);
  });

  it('answers the methods that it has', async () => {
    const server = app.getHttpServer();

    await request(server).post(`${prefix}/things`).expect(201);
    await request(server).head(`${prefix}/things/1`).expect(200);
    await request(server).get(`${prefix}/nothing`).expect(404);
  });
});
