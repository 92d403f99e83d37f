import { afterAll, beforeAll } from '@jest/globals';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { berth, makeCertificate, makeLogins } from '../../support/berth.js';
import { PROJECT_ROOT, startServer, type ServerProcess } from '../../support/server-process.js';
import { execute, type Finished } from './command.js';
import { ENDS_WITH_US, processesBelow, unmountBelow } from './leftovers.js';
import { RegistryApi } from './registry-api.js';

/** The logins and the rules of a registry. */
export interface Guard {
  readonly mode: 'basic' | 'token';
  readonly passwords: Readonly<Record<string, string>>;
  readonly rules: string;
}

export interface BenchOptions {
  /** Whether the server has a certificate of `berth tls dev`. The CA is `tls/ca.crt` in the bench. */
  readonly tls?: boolean;
  /** Requires logins over TLS. `api` then uses a second server on the same storage, without logins. */
  readonly guard?: Guard;
  /** Further settings of the server for the clients. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Starts another registry than one server process. No other option has an effect then. */
  readonly registry?: () => Promise<Registry>;
}

/** What clients use: one server process, or several that are reached by one URL. */
export type Registry = Pick<ServerProcess, 'url' | 'pid' | 'output' | 'stop'>;

interface Servers {
  /** The server for the clients. */
  readonly main: Registry;
  /** A server without logins; the same one, unless there is a guard. */
  readonly open: Registry;
}

/** A running Berth, a temporary folder, and a way to run clients in it. */
export class Bench {
  readonly #folder: string;
  readonly #servers: Servers;
  readonly #closing: (() => Promise<void>)[] = [];
  readonly api: RegistryApi;

  private constructor(folder: string, servers: Servers) {
    this.#folder = folder;
    this.#servers = servers;
    this.api = new RegistryApi(servers.open.url);
  }

  static async start(options: BenchOptions = {}): Promise<Bench> {
    const folder = await mkdtemp(join(tmpdir(), 'berth-clients-'));
    const folders = ['registry', 'home', 'logins'].map((name) => mkdir(join(folder, name)));
    await Promise.all(folders);
    const servers = await startServers(folder, options).catch(async (error: unknown) => {
      await rm(folder, { recursive: true });
      throw error;
    });
    return new Bench(folder, servers);
  }

  /** Returns the registry's host in image names. */
  get host(): string {
    return new URL(this.#servers.main.url).host;
  }

  /** Returns the process of the server for the clients. */
  get pid(): number {
    return this.#servers.main.pid;
  }

  /** Returns the last output of the server for the clients. */
  log(): string {
    return this.#servers.main.output();
  }

  /** Resolves to whether the server's log has such a line. Lines are written up to 50 ms late. */
  async logged(line: RegExp): Promise<boolean> {
    for (let round = 0; round < 40 && !line.test(this.log()); round++) await delay(50);
    return line.test(this.log());
  }

  /** Returns the output of a `berth` command that runs beside the server. */
  berth(args: readonly string[], input = ''): Promise<string> {
    const environment = {
      REGISTRY_STORAGE_PATH: this.path('registry'),
      REGISTRY_USERS_FILE: this.path('logins/users.htpasswd'),
    };
    return berth(args, { environment, input });
  }

  path(...parts: string[]): string {
    return join(this.#folder, ...parts);
  }

  async emptyFolder(...parts: string[]): Promise<string> {
    const folder = this.path(...parts);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    return folder;
  }

  /** Runs a client to its end. It uses the configuration and caches of the bench, not those of the user. */
  attempt(
    program: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<Finished> {
    return execute(program, args, {
      cwd: this.#folder,
      env: {
        PATH: join(PROJECT_ROOT, '.tools/bin') + delimiter + (process.env['PATH'] ?? ''),
        HOME: this.path('home'),
        TMPDIR: this.#folder,
        ...env,
      },
    });
  }

  /** Returns the output of a client. Throws with the server's log if the client failed. */
  async run(
    program: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<string> {
    const { code, stdout, stderr } = await this.attempt(program, args, env);
    if (code === 0) return stdout.trim();
    const command = [program, ...args].join(' ');
    const log = this.log().slice(-4_000);
    throw new Error(
      `${command}: exit code ${String(code)}\n${stderr}\n${stdout}\nThe server's last lines:\n${log}`,
    );
  }

  /** Registers what a test has to end before the folder of the bench is removed. */
  beforeStop(close: () => Promise<void>): void {
    this.#closing.push(close);
  }

  /** Stops the servers and removes the folder. Throws if a client left a process. */
  async stop(): Promise<void> {
    try {
      for (const close of this.#closing) await close();
      const { main, open } = this.#servers;
      for (const server of new Set([main, open])) await server.stop();
      const processes = await processesBelow(this.#folder);
      if (processes.length > 0) throw new Error(`A client left behind: ${processes.join(', ')}`);
    } finally {
      await unmountBelow(this.#folder);
      await rm(this.#folder, { recursive: true, force: true });
    }
  }
}

async function startServers(
  folder: string,
  { tls, guard, settings: further = {}, registry }: BenchOptions,
): Promise<Servers> {
  if (registry !== undefined) {
    const main = await registry();
    return { main, open: main };
  }
  const storagePath = join(folder, 'registry');
  const settings = { driver: 'filesystem', storagePath, through: ENDS_WITH_US } as const;
  if (guard === undefined) {
    const certificate =
      tls === true ? await makeCertificate(join(folder, 'tls')) : { environment: {} };
    const server = await startServer({
      ...settings,
      ...certificate,
      environment: { ...certificate.environment, ...further },
    });
    return { main: server, open: server };
  }
  const { ca, environment } = await makeCertificate(join(folder, 'tls'));
  const logins = await makeLogins(join(folder, 'logins'), guard.passwords, guard.rules);
  // The log has each request at this level.
  const level = { REGISTRY_LOG_LEVEL: 'debug' };
  const all = {
    ...environment,
    ...logins.environment,
    ...level,
    REGISTRY_AUTH: guard.mode,
    ...further,
  };
  const main = await startServer({ ...settings, ca, environment: all });
  return { main, open: await startServer(settings) };
}

/** Returns a bench for all tests of a file or a group. It starts with the first of them. */
export function useBench(options: BenchOptions = {}): () => Bench {
  let bench: Bench | undefined;
  beforeAll(async () => {
    bench = await Bench.start(options);
  });
  afterAll(() => bench?.stop());
  return () => {
    if (!bench) throw new Error('The bench exists only while tests run.');
    return bench;
  };
}
