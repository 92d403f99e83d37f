import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type LoggerService } from '@nestjs/common';
import bcrypt from 'bcrypt';

import { Robots } from '../../src/access/identity/robots.js';
import { type RegistryParts } from '../../src/app/registry-parts.js';
import { Layout } from '../../src/storage/filesystem/layout.js';
import { FileSecretStore } from '../../src/storage/filesystem/secret-store.js';
import { TestRegistry } from './registry.js';

/** Returns the password of a user in these tests. */
export const passwordOf = (name: string): string => `${name}-password`;

/** Returns the `Authorization` header that `curl -u` sends. */
export function basic(name: string, password = passwordOf(name)): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

export function bearer(token: string): string {
  return `Bearer ${token}`;
}

/** Resolves to a users file with the passwords `NAME-password`, hashed at low cost, because bcrypt is not under test. */
export async function usersFile(names: readonly string[]): Promise<string> {
  const lines = names.map(async (name) => `${name}:${await bcrypt.hash(passwordOf(name), 4)}\n`);
  return (await Promise.all(lines)).join('');
}

/** A registry on disk with users and rules, which listens on a free port. */
export class GuardedRegistry {
  private readonly others: TestRegistry[] = [];

  private constructor(
    readonly directory: string,
    /** The settings with which another process serves the same. */
    readonly settings: Readonly<Record<string, string>>,
    readonly registry: TestRegistry,
    readonly robots: Robots,
  ) {}

  static async start(
    users: readonly string[],
    rules: string,
    environment: Readonly<Record<string, string>> = {},
    parts: RegistryParts = {},
    logger: LoggerService | false = false,
  ): Promise<GuardedRegistry> {
    const directory = await mkdtemp(join(tmpdir(), 'berth-access-'));
    const settings = {
      REGISTRY_STORAGE_PATH: join(directory, 'data'),
      REGISTRY_USERS_FILE: join(directory, 'users.htpasswd'),
      REGISTRY_ACCESS_FILE: join(directory, 'access.yaml'),
      ...environment,
    };
    await writeFile(settings.REGISTRY_USERS_FILE, await usersFile(users));
    await writeFile(settings.REGISTRY_ACCESS_FILE, rules);
    const registry = await TestRegistry.start(settings, {}, logger, parts).catch(
      async (error: unknown) => {
        await rm(directory, { recursive: true });
        throw error;
      },
    );
    // Opened like by `berth token`: another process on the same directory.
    const secrets = new FileSecretStore(new Layout(settings.REGISTRY_STORAGE_PATH));
    return new GuardedRegistry(directory, settings, registry, new Robots(secrets));
  }

  /** The directory of the signing keys, for tests that forge tokens. */
  get keys(): string {
    return join(this.directory, 'data', 'auth', 'keys');
  }

  /** Requests a token like a client with this `Authorization` header. */
  async token(authorization: string | undefined, ...scopes: readonly string[]): Promise<string> {
    const request = this.registry.http.get('/v2/_token').query({ service: 'berth', scope: scopes });
    if (authorization !== undefined) void request.set('Authorization', authorization);
    const response = await request.expect(200);
    return (response.body as { token: string }).token;
  }

  /** Starts another worker on the same storage, users and rules. It stops with the registry. */
  async startWorker(): Promise<TestRegistry> {
    const other = await TestRegistry.start(this.settings);
    this.others.push(other);
    return other;
  }

  async stop(): Promise<void> {
    for (const other of this.others) await other.stop();
    await this.registry.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}
