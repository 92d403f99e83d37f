import dns from 'node:dns';
import { type AddressInfo } from 'node:net';

import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

import { RegistryModule } from '../../../src/embed/registry.module.js';
import { hosted } from './host.js';

type Found = (...found: unknown[]) => void;

const ADDRESSES = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));

describe('a host on Fastify', () => {
  let app: NestFastifyApplication | undefined;
  afterEach(async () => {
    await app?.close();
    jest.restoreAllMocks();
  });

  it('serves the registry on every address of localhost', async () => {
    // Simulates a machine where the name also has an IPv6 address.
    const { lookup } = dns;
    jest.spyOn(dns, 'lookup').mockImplementation(((name: string, options: object, done: Found) => {
      if (name === 'localhost' && 'all' in options) done(null, ADDRESSES);
      else lookup(name, options, done);
    }) as never);
    const module = RegistryModule.forRoot(hosted());
    app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), {
      logger: false,
    });
    await app.listen({ port: 0, host: 'localhost' });
    const { port } = app.getHttpServer().address() as AddressInfo;

    const statuses = ADDRESSES.map(async ({ address }) => {
      const { status } = await fetch(`http://${address}:${port}/v2/`);
      return status;
    });

    expect(await Promise.all(statuses)).toEqual([200, 200]);
  });

  it('lists the allowed methods of the registry’s paths', async () => {
    const module = RegistryModule.forRoot(hosted());
    app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), {
      logger: false,
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.getHttpServer().address() as AddressInfo;

    const answer = await fetch(`http://127.0.0.1:${port}/v2/`, { method: 'DELETE' });

    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
  });
});
