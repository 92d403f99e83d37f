import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { environmentWith, freePort, PROJECT_ROOT } from '../test/support/server-process.ts';
import { PostgresServer } from '../test/suites/scale/servers/postgres-server.ts';
import { BUCKET, S3_LOGIN, S3Server } from '../test/suites/scale/servers/s3-server.ts';
import {
  berth,
  berthOn,
  freshDirectory,
  launch,
  versionOf,
  type Registry,
  type RunningRegistry,
} from './registries.ts';

const DISTRIBUTION = join(PROJECT_ROOT, '.tools/bin/registry');

/** A registry on an S3 server, which counts the requests that it gets. */
export interface RegistryOnS3 extends Registry {
  start(): Promise<RunningOnS3>;
}

export interface RunningOnS3 extends RunningRegistry {
  /** Returns how many requests the S3 server has got. */
  s3Requests(): number;
}

/** Starts a PostgreSQL that writes to the disk before it acknowledges. It ends with this process. */
export async function startPostgres(): Promise<PostgresServer> {
  return PostgresServer.start({ port: await freePort(), fsync: true });
}

/** Returns Berth as a number of instances on one database and one bucket. */
export function berthOnS3(postgres: PostgresServer, instances: number): RegistryOnS3 {
  const start = async (): Promise<RunningOnS3> => {
    const store = await startStore();
    const database = await newDatabase(postgres);
    const running = await berthsOn(database, store.environment, instances);
    return {
      ...joined(running),
      beside: { PostgreSQL: postgres.pid, S3: store.pid },
      s3Requests: store.requests,
      stop: async () => {
        for (const instance of running) await instance.stop();
        await store.stop();
        await postgres.dropDatabase(nameOf(database));
      },
    };
  };
  const name = instances === 1 ? 'Berth' : `Berth, ${instances} instances`;
  return { name, version: berth().version, start };
}

/** Starts instances of Berth on a database, with the settings of a store and any others. */
export function berthsOn(
  database: string,
  settings: Readonly<Record<string, string>>,
  instances: number,
): Promise<RunningRegistry[]> {
  const environment = {
    REGISTRY_STORAGE_DRIVER: 'postgres',
    REGISTRY_DATABASE_URL: database,
    REGISTRY_BLOB_DELIVERY: 'redirect',
    // Some of its work is measured in other benchmarks, and would fall into some rounds only.
    REGISTRY_GC_INTERVAL: '0s',
    ...settings,
  };
  const each = Array.from({ length: instances }, () => berthOn(freshDirectory(), environment));
  return Promise.all(each);
}

/** Creates a database with its tables, and resolves to its URL. */
export async function newDatabase(postgres: PostgresServer): Promise<string> {
  const database = await postgres.createDatabase(`bench_${randomBytes(6).toString('hex')}`);
  const settings = { REGISTRY_STORAGE_DRIVER: 'postgres', REGISTRY_DATABASE_URL: database };
  await promisify(execFile)(process.execPath, [join(PROJECT_ROOT, 'dist/main.js'), 'migrate'], {
    env: environmentWith({ ...settings, REGISTRY_OBJECTS: `s3://${BUCKET}` }),
  });
  return database;
}

export function nameOf(database: string): string {
  return new URL(database).pathname.slice(1);
}

function joined(running: readonly RunningRegistry[]): Omit<RunningRegistry, 'stop'> {
  const [url = '', ...furtherUrls] = running.map((instance) => instance.url);
  return { url, furtherUrls, pids: running.flatMap(({ pids }) => pids) };
}

/**
 * Returns distribution v3, with or without its cache of blobs in memory.
 *
 * Its example configuration has the cache, its defaults do not. Each instance has its own, so it is for one instance.
 *
 * @throws Error if it is not installed
 */
export function distributionOnS3(cached: boolean): RegistryOnS3 {
  if (!existsSync(DISTRIBUTION)) throw new Error('no distribution here: .ci/install-tools bench');
  const version = versionOf(DISTRIBUTION);
  const start = async (): Promise<RunningOnS3> => {
    const store = await startStore();
    const directory = freshDirectory();
    const file = join(directory, 'config.yml');
    const running = await launch(DISTRIBUTION, (port) => {
      writeFileSync(file, configurationOfDistribution(store.endpoint, port, cached));
      return ['serve', file];
    });
    return {
      ...running,
      beside: { S3: store.pid },
      s3Requests: store.requests,
      stop: async () => {
        await running.stop();
        await store.stop();
        rmSync(directory, { recursive: true, force: true });
      },
    };
  };
  return { name: cached ? 'distribution' : 'distribution without cache', version, start };
}

function configurationOfDistribution(endpoint: string, port: number, cached: boolean): string {
  return `version: 0.1
log:
  level: error
  accesslog:
    disabled: true
storage:${cached ? '\n  cache:\n    blobdescriptor: inmemory' : ''}
  delete:
    enabled: true
  s3:
    accesskey: ${S3_LOGIN.accessKeyId}
    secretkey: ${S3_LOGIN.secretAccessKey}
    region: us-east-1
    regionendpoint: ${endpoint}
    forcepathstyle: true
    secure: false
    bucket: ${BUCKET}
http:
  addr: 127.0.0.1:${port}
  secret: for-uploads-only
`;
}

export interface Store {
  readonly endpoint: string;
  readonly pid: number;
  /** The settings of Berth for it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Returns how many requests the server has got. */
  readonly requests: () => number;
  stop(): Promise<void>;
}

/** Starts an empty S3 server, which keeps connections open and counts requests in its access log. */
export async function startStore({ hasManyParts = false } = {}): Promise<Store> {
  const directory = freshDirectory();
  const log = join(directory, 'access.log');
  const options = ['--keep-alive', '--access-log', log];
  const server = await S3Server.start(await freePort(), { options, hasManyParts });
  const { accessKeyId, secretAccessKey } = S3_LOGIN;
  return {
    endpoint: server.endpoint,
    pid: server.pid,
    environment: {
      REGISTRY_OBJECTS: `s3://${BUCKET}`,
      REGISTRY_S3_ENDPOINT: server.endpoint,
      REGISTRY_S3_PATH_STYLE: 'true',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    },
    requests: () => readFileSync(log, 'utf8').match(/ s3_\w+ /g)?.length ?? 0,
    stop: async () => {
      await server.dispose();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
