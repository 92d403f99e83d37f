import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { createTestRegistry, type TestRegistry } from 'berth-registry/testing';
import request from 'supertest';

import { ReportsModule } from '../src/reports.module.js';

let registry: TestRegistry;
let app: INestApplication;
beforeAll(async () => {
  registry = await createTestRegistry();
  const module = await Test.createTestingModule({
    imports: [ReportsModule.at(registry.url)],
  }).compile();
  app = await module.createNestApplication({ logger: false }).init();
});
beforeEach(() => registry.reset());
afterAll(async () => {
  await app.close();
  await registry.close();
});

it('pushes a report, and reads it back', async () => {
  const saved = await request(app.getHttpServer()).put('/reports/weekly').send({ findings: 3 });

  const artifact = await registry.pull('reports:weekly');
  expect(saved.body).toEqual({ digest: artifact.descriptor.digest });
  expect(artifact.manifest.artifactType).toBe('application/vnd.example.report');
  expect(artifact.layers[0]?.bytes.toString()).toBe('{"findings":3}');

  await request(app.getHttpServer()).get('/reports/weekly').expect(200, { findings: 3 });
});

it('responds with 404 for a missing report', async () => {
  await request(app.getHttpServer()).get('/reports/weekly').expect(404);
});

it('responds with 502 when the registry fails', async () => {
  registry.fault({ status: 500, on: { operation: 'manifest.put' } });

  await request(app.getHttpServer()).put('/reports/weekly').send({ findings: 3 }).expect(502);

  expect(registry.requests.map(({ operation }) => operation)).toEqual([
    'upload.single',
    'upload.single',
    'manifest.put',
  ]);
});
