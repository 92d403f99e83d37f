import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { Client } from 'pg';

import { endWithUs } from './end-with-us.ts';

/** Debian keeps the programs of each version in a folder of its own. */
const DEBIAN = '/usr/lib/postgresql';

/** The user of Debian's package: PostgreSQL refuses to run as root. */
const USER = 'postgres';

export interface PostgresOptions {
  readonly port: number;
  /** Whether commits survive a power cut. Only a test that ends no process can do without. */
  readonly fsync: boolean;
}

/** A PostgreSQL server of the tests, in a temporary directory, on the loopback interface. */
export class PostgresServer {
  private running: ChildProcess | undefined;
  private readonly data: string;
  private readonly options: PostgresOptions;

  private constructor(data: string, options: PostgresOptions) {
    this.data = data;
    this.options = options;
  }

  /** Creates the data of a new server and starts it. */
  static async start(options: PostgresOptions): Promise<PostgresServer> {
    const home = newHome();
    run('initdb', initOptions(home));
    const server = new PostgresServer(home, options);
    await server.resume();
    return server;
  }

  /** Starts a standby of this server, without which this server acknowledges no commit from now on. */
  async startStandby(port: number): Promise<PostgresServer> {
    const home = newHome();
    const from = ['-h', '127.0.0.1', '-p', String(this.port), '-U', USER];
    run('pg_basebackup', [...from, '-D', home, '-R', '-X', 'stream', '--checkpoint=fast']);
    const standby = new PostgresServer(home, { ...this.options, port });
    await standby.resume();
    await this.ask(`ALTER SYSTEM SET synchronous_standby_names = '*'`);
    await this.ask('SELECT pg_reload_conf()');
    return standby;
  }

  /** Makes a standby the server that is written to. */
  async promote(): Promise<void> {
    await this.ask('SELECT pg_promote()');
  }

  get port(): number {
    return this.options.port;
  }

  /** The process of which all others of the server are children. */
  get pid(): number {
    return this.running?.pid ?? 0;
  }

  /** Resolves to the URL of a new database, which is a copy of `template` if there is one. */
  async createDatabase(name: string, template?: string): Promise<string> {
    const copied = template === undefined ? '' : ` TEMPLATE ${template}`;
    await this.ask(`CREATE DATABASE ${name}${copied}`);
    return this.urlOf(name);
  }

  async dropDatabase(name: string): Promise<void> {
    await this.ask(`DROP DATABASE ${name} WITH (FORCE)`);
  }

  urlOf(database: string): string {
    return `postgres://${USER}@127.0.0.1:${this.options.port}/${database}`;
  }

  /** Ends the server and all of its processes at once, as `kill -9` does. */
  async kill(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    if (running === undefined) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    // An immediate shutdown is what PostgreSQL itself does after a crash: no checkpoint, and recovery at the next start.
    running.kill('SIGQUIT');
    await ended;
  }

  /** Starts the server again, over the same data. */
  async resume(): Promise<void> {
    const { port, fsync } = this.options;
    const settings = {
      listen_addresses: '127.0.0.1',
      port: String(port),
      unix_socket_directories: this.data,
      fsync: fsync ? 'on' : 'off',
      max_connections: '200',
      shared_buffers: '128MB',
    };
    const given = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    this.running = spawn(program('postgres'), ['-D', this.data, ...given], {
      ...asUser(),
      stdio: 'ignore',
    });
    endWithUs(this.running, 'SIGQUIT');
    await this.answers();
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.data, { recursive: true, force: true });
  }

  private async answers(): Promise<void> {
    const end = Date.now() + 30_000;
    for (;;) {
      try {
        return await this.ask('SELECT 1');
      } catch (error) {
        if (Date.now() > end) throw error;
        await setTimeout(100);
      }
    }
  }

  private async ask(text: string): Promise<void> {
    const client = new Client({ connectionString: this.urlOf('postgres') });
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  }
}

function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'berth-postgres-'));
  if (process.getuid?.() === 0) chownSync(home, idOf('-u'), idOf('-g'));
  return home;
}

/** Runs a program to its end. @throws Error if it fails */
function run(name: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program(name), args, { ...asUser(), encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
}

function initOptions(home: string): string[] {
  return ['-D', home, '--username', USER, '--auth', 'trust', '--encoding', 'UTF8', '--no-locale'];
}

/** Returns the path of a program of the newest installed PostgreSQL. @throws Error if none is installed */
function program(name: string): string {
  const versions = readdirSync(DEBIAN).sort((one, other) => Number(other) - Number(one));
  const [newest] = versions;
  if (newest === undefined) throw new Error('no PostgreSQL here: run .ci/install-tools scale');
  return join(DEBIAN, newest, 'bin', name);
}

function asUser(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
}

function idOf(kind: '-u' | '-g'): number {
  return Number(spawnSync('id', [kind, USER], { encoding: 'utf8' }).stdout);
}
