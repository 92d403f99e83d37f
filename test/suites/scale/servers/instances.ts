import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { berth } from '../../../support/berth.ts';
import {
  freePort,
  startServer,
  type ServerProcess,
  type ServerSettings,
} from '../../../support/server-process.ts';
import { Nginx } from '../../clients/nginx.ts';
import { roundRobin, type CertificateFiles } from './round-robin.ts';
import { BUCKET, S3_LOGIN } from './s3-server.ts';

const COUNT = 3;

export interface InstancesOptions {
  /** The URL of the database. Its tables are created. */
  readonly database: string;
  /** The URL of the S3 server. */
  readonly s3: string;
  /** What the keys of all objects begin with. */
  readonly prefix: string;
  readonly sparseManifests?: ServerSettings['sparseManifests'];
  /** Further settings of each instance. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The certificate of the round robin. Not set: plain HTTP. */
  readonly tls?: CertificateFiles;
}

/** Three server processes on one database and one bucket, and an nginx that sends each request to the next of them. */
export class Instances {
  /** The URL of the round robin. */
  readonly url: string;
  private readonly settings: ServerSettings;
  private readonly ports: readonly number[];
  private readonly folder: string;
  private readonly servers: (ServerProcess | undefined)[] = [];
  private nginx: Nginx | undefined;

  private constructor(settings: ServerSettings, folder: string, url: string, ports: number[]) {
    this.settings = settings;
    this.folder = folder;
    this.url = url;
    this.ports = ports;
  }

  static async start(options: InstancesOptions): Promise<Instances> {
    const settings = settingsOf(options);
    await berth(['migrate'], { environment: { ...settings.environment } });
    const folder = await mkdtemp(join(tmpdir(), 'berth-instances-'));
    const [port, ...ports] = await differentPorts(COUNT + 1);
    const url = `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
    const instances = new Instances(settings, folder, url, ports);
    try {
      await Promise.all(ports.map((_, number) => instances.restart(number)));
      const configuration = roundRobin(port, instances.urls, options.tls);
      instances.nginx = await Nginx.start(join(folder, 'nginx'), port, configuration);
      return instances;
    } catch (error) {
      await instances.stop();
      throw error;
    }
  }

  /** The number of instances. */
  get count(): number {
    return this.ports.length;
  }

  /** The URL of each instance. */
  get urls(): string[] {
    return this.ports.map((port) => `http://127.0.0.1:${port}`);
  }

  /** The process of the round robin. */
  get pid(): number {
    return this.nginx?.pid ?? 0;
  }

  /** Returns the last output of all instances. */
  output(): string {
    return this.servers.map((server) => server?.output() ?? '').join('\n');
  }

  /** Returns the URLs of the instances that ended by themselves. */
  get ended(): string[] {
    return this.servers
      .filter((server) => server !== undefined)
      .filter(({ pid }) => !isAlive(pid))
      .map(({ url }) => url);
  }

  /** Kills an instance at once. */
  async kill(number: number): Promise<void> {
    const server = this.servers[number];
    this.servers[number] = undefined;
    await server?.kill();
  }

  /** Starts an instance where it was before. */
  async restart(number: number): Promise<void> {
    const port = this.ports[number];
    if (port === undefined) throw new Error(`there is no instance ${number}`);
    this.servers[number] = await startServer({ ...this.settings, port });
  }

  /** @throws Error if an instance has ended by itself */
  async stop(): Promise<void> {
    await this.nginx?.stop();
    const running = this.servers.filter((server) => server !== undefined);
    const ends = await Promise.allSettled(running.map((server) => server.stop()));
    await rm(this.folder, { recursive: true, force: true });
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }
}

function settingsOf(options: InstancesOptions): ServerSettings {
  const { database, s3, prefix, sparseManifests, environment } = options;
  return {
    driver: 'postgres',
    storagePath: '',
    ...(sparseManifests && { sparseManifests }),
    environment: {
      REGISTRY_STORAGE_DRIVER: 'postgres',
      REGISTRY_DATABASE_URL: database,
      REGISTRY_OBJECTS: `s3://${BUCKET}/${prefix}`,
      REGISTRY_S3_ENDPOINT: s3,
      REGISTRY_S3_PATH_STYLE: 'true',
      REGISTRY_TRUSTED_PROXIES: 'loopback',
      AWS_ACCESS_KEY_ID: S3_LOGIN.accessKeyId,
      AWS_SECRET_ACCESS_KEY: S3_LOGIN.secretAccessKey,
      ...environment,
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function differentPorts(count: number): Promise<[number, ...number[]]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports] as [number, ...number[]];
}
