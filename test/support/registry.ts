import { mkdtemp, rm } from 'node:fs/promises';
import { type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { type LoggerService } from '@nestjs/common';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { type Express } from 'express';
import request, { type Response } from 'supertest';

import { createRegistryApp } from '../../src/app/bootstrap.js';
import { listen } from '../../src/app/listen.js';
import { type RegistryParts } from '../../src/app/registry-parts.js';
import { loadSettings } from '../../src/config/settings.js';
import { Digest } from '../../src/domain/digest.js';
import { closeGracefully } from '../../src/app/shutdown.js';
import { UsageCounter } from '../../src/observe/usage/usage-counter.js';
import { openLocalStorage } from '../../src/storage/open-local-storage.js';
import { type Storage } from '../../src/storage/ports/storage.js';
import { buildImage, uniqueBytes, type BuiltImage } from '../../src/storage/contract/fixtures.js';

/** How often the registries of tests read certificates, users and rules again. */
export const WATCH_EVERY_MS = 50;

type Environment = Readonly<Record<string, string>>;
type Agent = ReturnType<typeof request>;

/** The production registry, listening on a free port, with helpers for tests. */
export class TestRegistry {
  private repositories = 0;

  private constructor(
    private readonly app: NestExpressApplication,
    readonly storage: Storage,
  ) {}

  /** Starts a registry with these settings. `ports` replace those of the storage. */
  static async start(
    environment: Environment,
    ports: Partial<Storage> = {},
    logger: LoggerService | false = false,
    parts: RegistryParts = {},
  ): Promise<TestRegistry> {
    const settings = loadSettings(environment);
    const storage = Object.assign(openLocalStorage(settings), ports);
    try {
      const app = await createRegistryApp(settings, storage, logger, {
        watchEveryMs: WATCH_EVERY_MS,
        ...parts,
      });
      await listen(app, 0, '127.0.0.1').catch(async (error: unknown) => {
        await app.close();
        throw error;
      });
      return new TestRegistry(app, storage);
    } catch (error) {
      await storage.close();
      throw error;
    }
  }

  get server(): Server {
    return this.app.getHttpServer();
  }

  get router(): Express['router'] {
    const app = this.app.getHttpAdapter().getInstance();
    return app.router;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get http(): Agent {
    return request(this.server);
  }

  /** Returns a repository name that no other test of this registry uses. */
  newRepository(): string {
    return `team/repository-${++this.repositories}`;
  }

  /** Pushes a blob in one request, and resolves to its digest. */
  async pushBlob(repository: string, bytes: Buffer): Promise<string> {
    const digest = Digest.of(bytes).toString();
    const path = `/v2/${repository}/blobs/uploads/?digest=${digest}`;
    await this.http
      .post(path)
      .set('Content-Type', 'application/octet-stream')
      .send(bytes)
      .expect(201);
    return digest;
  }

  /** Pushes an image with its blobs under `reference`, by default its digest. */
  async pushImage(
    repository: string,
    reference?: string,
    layers: readonly Buffer[] = [uniqueBytes(300)],
  ): Promise<BuiltImage> {
    const image = buildImage(layers);
    for (const blob of [image.config, ...layers]) await this.pushBlob(repository, blob);
    await this.putManifest(repository, reference ?? `${image.digest}`, image.bytes).expect(201);
    return image;
  }

  /** Pushes a manifest with the type that it declares. */
  putManifest(repository: string, reference: string, bytes: Buffer): ReturnType<Agent['put']> {
    const { mediaType } = JSON.parse(bytes.toString()) as { mediaType: string };
    const path = `/v2/${repository}/manifests/${reference}`;
    // supertest would serialize a Buffer with a JSON type as JSON.
    return this.http.put(path).set('Content-Type', mediaType).serialize(identity).send(bytes);
  }

  /** Begins an upload, and resolves to its location. */
  async beginUpload(repository: string, query = ''): Promise<string> {
    const response = await this.http.post(`/v2/${repository}/blobs/uploads/${query}`).expect(202);
    return String(response.headers['location']);
  }

  /** Writes the pulls that were counted so far. */
  async writeUsage(): Promise<void> {
    await this.app.get(UsageCounter).flush();
  }

  async stop(): Promise<void> {
    await closeGracefully(this.app, 1_000);
    await this.storage.close();
  }
}

/** Describes behaviour of the production registry, once for each storage adapter. */
export function describeRegistry(
  title: string,
  define: (registry: () => TestRegistry) => void,
  environment: Environment = {},
): void {
  describe.each(['filesystem', 'memory'])(`${title} (%s)`, (driver) => {
    let registry: TestRegistry | undefined;
    let path: string;
    beforeAll(async () => {
      path = await mkdtemp(join(tmpdir(), 'berth-'));
      registry = await TestRegistry.start({
        ...environment,
        REGISTRY_STORAGE_DRIVER: driver,
        REGISTRY_STORAGE_PATH: path,
      });
    });
    afterAll(async () => {
      await registry?.stop();
      await rm(path, { recursive: true, force: true });
    });
    define(() => {
      if (registry === undefined) throw new Error('the registry is available only inside a test');
      return registry;
    });
  });
}

/** Returns the body of an OCI error response with one error, for `toMatchObject`. Each error says in its detail what was wrong or what would be right. */
export function errorBody(code: string, detail: unknown = expect.anything()): object {
  return { errors: [{ code, message: expect.any(String), detail }] };
}

/** A parser that makes supertest keep a body as bytes. */
export function asBytes(
  response: Response,
  done: (error: Error | null, body: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('end', () => done(null, Buffer.concat(chunks)));
}

function identity(bytes: unknown): string {
  return bytes as string;
}
