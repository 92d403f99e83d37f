import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Module, type MiddlewareConsumer, type NestModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createTestRegistry, image, type TestRegistry } from 'berth-registry/testing';
import request from 'supertest';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await createTestRegistry();
  await registry.push('team/app:1.0', image());
});
afterAll(() => registry.close());

it('works with supertest', async () => {
  await request(registry.handler)
    .get('/v2/team/app/tags/list')
    .expect(200, { name: 'team/app', tags: ['1.0'] });
});

it('works as middleware of a Nest application', async () => {
  @Module({})
  class HostModule implements NestModule {
    configure(consumer: MiddlewareConsumer): void {
      consumer.apply(registry.handler).forRoutes('/v2');
    }
  }
  // Nest must not parse the body, because the digest belongs to the original bytes.
  const app = await NestFactory.create(HostModule, { bodyParser: false, logger: false });
  await app.init();

  await request(app.getHttpServer()).get('/v2/team/app/tags/list').expect(200);
  const { config } = image();
  await request(app.getHttpServer())
    .post(`/v2/team/app/blobs/uploads/?digest=${config.digest}`)
    .send(config.bytes.toString())
    .expect(201);
  expect(registry.requests.at(-1)).toMatchObject({ operation: 'upload.single', status: 201 });

  await app.close();
});
