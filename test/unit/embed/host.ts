import { type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

import { Controller, Get, Module, type DynamicModule, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import request from 'supertest';

import { RegistryModule } from '../../../src/embed/registry.module.js';
import { type RegistryOptions } from '../../../src/embed/options.js';
import { Digest } from '../../../src/domain/digest.js';
import { buildImage, type BuiltImage } from '../../../src/storage/contract/fixtures.js';

type Agent = ReturnType<typeof request>;

@Controller('things')
class ThingsController {
  @Get()
  list(): string {
    return 'things';
  }
}

/** A Nest application that hosts registries, for tests. It listens only if a test makes it listen. */
export class Host {
  private constructor(readonly app: INestApplication) {}

  /** Returns a host with one registry, without logins and without a log unless the options set them. */
  static with(options: Partial<RegistryOptions> = {}): Promise<Host> {
    return Host.of([RegistryModule.forRoot(hosted(options))]);
  }

  static async of(imports: DynamicModule[]): Promise<Host> {
    @Module({ imports, controllers: [ThingsController] })
    class HostModule {}
    const module = await Test.createTestingModule({ imports: [HostModule] }).compile();
    const app = module.createNestApplication();
    await app.init();
    return new Host(app);
  }

  get server(): Server {
    return this.app.getHttpServer() as Server;
  }

  get http(): Agent {
    return request(this.server);
  }

  async listen(): Promise<number> {
    await this.app.listen(0, '127.0.0.1');
    return (this.server.address() as AddressInfo).port;
  }

  /** Pushes an image with its blobs. Returns it with the response to its manifest. */
  async push(
    repository: string,
    reference: string,
    options: { readonly config?: Buffer; readonly headers?: Record<string, string> } = {},
  ): Promise<{ image: BuiltImage; answer: request.Response }> {
    const image = buildImage(undefined, options.config);
    for (const blob of [image.config, ...image.layers]) {
      await this.http
        .post(`/v2/${repository}/blobs/uploads/?digest=${Digest.of(blob)}`)
        .set('Content-Type', 'application/octet-stream')
        .set(options.headers ?? {})
        .send(blob)
        .expect(201);
    }
    const target = `${repository}/manifests/${reference === '' ? `${image.digest}` : reference}`;
    return { image, answer: await this.put(target, image.bytes, options.headers) };
  }

  /** Pushes a manifest. @param target such as `team/app/manifests/1.0` */
  async put(
    target: string,
    bytes: Buffer,
    headers: Record<string, string> = {},
  ): Promise<request.Response> {
    const { mediaType } = JSON.parse(bytes.toString()) as { mediaType: string };
    const put = this.http.put(`/v2/${target}`).set('Content-Type', mediaType).set(headers);
    // supertest would serialize a Buffer with a JSON type as the JSON of a Buffer.
    return put.serialize((whole: unknown) => whole as string).send(bytes);
  }

  async close(): Promise<void> {
    await this.app.close();
  }
}

/** Returns options with defaults for what a test does not care about. */
export function hosted(options: Partial<RegistryOptions> = {}): RegistryOptions {
  return { storage: { driver: 'memory' }, access: 'none', logger: false, ...options };
}
